namespace OrleansRegistry.Storage;

internal sealed class PostgresDialect : Dialect
{
    public override string Name => "postgresql";

    public override string TimeType => "timestamptz";

    public override string ForUpdate => " for update";

    public override string In(string column, string parameter) => $"{column} = any(@{parameter})";

    public override string Each(string parameter, string alias) => $"unnest(@{parameter}) as {alias}(value)";

    public override string Pairs(string one, string other, string alias) =>
        $"unnest(@{one}, @{other}) as {alias}(one, other)";

    public override string Rows(string alias, params IEnumerable<string> columns) =>
        $"unnest({string.Join(", ", columns.Select(column => $"@{column}"))}) as {alias}({string.Join(", ", columns)})";

    public override string LookUp(string table, string condition) =>
        $"cross join lateral (select * from {table} where {condition} limit 1) as {table}";

    public override bool ChangesInsideWith => true;

    // Names are compared byte by byte otherwise, which knows the case of ASCII alone.
    public override string Lower(string text) => $"lower({text} collate \"default\")";

    public override string JsonMember(string column, string name) => $"({column}::jsonb -> '{name}')";

    public override string Matches(string text, string expression) => $"{text} collate \"default\" ~ {expression}";

    public override string Contains(string text, string part) => $"strpos({text}, {part}) > 0";

    public override string JsonObject(string key, string value) => $"json_object_agg({key}, {value})::text";

    public override string NewId => "gen_random_uuid()";

    public override string IdText(string column) => $"{column}::text";

    public override string JoinIds(string column) => $"string_agg({column}::text, ',')";

    // An arbitrary key, the same in every version of the program.
    internal override Statement? SchemaLock { get; } =
        new("select pg_advisory_xact_lock(7236279184462381)") { WithoutTimeout = true };

    internal override Statement? EntryLock { get; } = new("select pg_advisory_xact_lock_shared(7236279184462382)");

    internal override Statement? DecisionLock { get; } = new("select pg_advisory_xact_lock(7236279184462382)");
}
