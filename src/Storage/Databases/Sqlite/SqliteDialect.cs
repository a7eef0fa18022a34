namespace OrleansRegistry.Storage;

/// <remarks>
/// Arrays travel as JSON. JSON has no bytes, so a Guid[] is an object whose keys are the hexadecimal ids: an element
/// with a text key is an id, one with a number for a key is a plain value. See <see cref="SqliteValues"/>.
/// </remarks>
internal sealed class SqliteDialect : Dialect
{
    private const string Element = "iif(typeof(key) = 'text', unhex(key), value)";

    public override string Name => "sqlite";

    public override string TimeType => "integer";

    public override string ForUpdate => "";

    public override string In(string column, string parameter) =>
        $"{column} in (select {Element} from json_each(@{parameter}))";

    public override string Each(string parameter, string alias) =>
        $"(select {Element} as value from json_each(@{parameter})) as {alias}";

    public override string Pairs(string one, string other, string alias) =>
        $"(select a.value as one, b.value as other from json_each(@{one}) a join json_each(@{other}) b on b.key = a.key)"
        + $" as {alias}";

    public override string Rows(string alias, params IEnumerable<string> columns) =>
        $"(select {string.Join(", ", columns.Select(column => $"@{column} as {column}"))}) as {alias}";

    public override string LookUp(string table, string condition) => $"join {table} on {condition}";

    public override bool ChangesInsideWith => false;

    // Functions of ours: see PreparedConnection.
    public override string Lower(string text) => $"lower({text})";

    public override string Matches(string text, string expression) => $"{text} regexp {expression}";

    public override string Contains(string text, string part) => $"instr({text}, {part}) > 0";

    public override string JsonMember(string column, string name) => $"json_extract({column}, '$.{name}')";

    public override string JsonObject(string key, string value) => $"json_group_object({key}, {value})";

    public override string NewId => "randomblob(16)";

    public override string IdText(string column) => $"hex({column})";

    public override string JoinIds(string column) => $"group_concat(hex({column}))";

    // Every transaction begins immediate, and so excludes other writers and other processes.
    internal override Statement? SchemaLock => null;

    internal override Statement? EntryLock => null;

    internal override Statement? DecisionLock => null;
}
