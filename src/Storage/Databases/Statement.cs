namespace OrleansRegistry.Storage;

/// <summary>One SQL statement with named parameters: <c>new("… where id = @id", ("id", id))</c>.</summary>
/// <remarks>
/// Parameters are written <c>@name</c> in the text and given by name without the sign. Accepted values: null, string,
/// int, long, bool, byte[], Guid, DateTimeOffset (stored in UTC, to the microsecond), and for <see cref="Dialect.In"/>
/// and <see cref="Dialect.Each"/> string[], long[] and Guid[]. Anything else is an <see cref="ArgumentException"/> on
/// both engines. The text is what prepared commands are kept by: never write a value into it.
/// A statement <see cref="OverRows">over rows</see> takes columns besides: arrays of the types above with one element
/// for each row.
/// </remarks>
public readonly struct Statement(string sql, params (string Name, object? Value)[] parameters)
{
    private readonly (string Name, object? Value)[]? _parameters = parameters;

    public string Sql { get; } = sql;

    public ReadOnlySpan<(string Name, object? Value)> Parameters => _parameters;

    /// <summary>How many rows a statement over rows brings along; null for every other.</summary>
    public int? Rows { get; private init; }

    /// <summary>
    /// A statement that does for many rows what it does for one: its text names them by <see cref="Dialect.Rows"/>, and
    /// every array among its parameters is a column of theirs. PostgreSQL runs it once, SQLite once for each row.
    /// </summary>
    public static Statement OverRows(string sql, int rows, params (string Name, object? Value)[] parameters) =>
        new(sql, parameters) { Rows = rows };

    /// <summary>Set for work of unknown length, as a migration is; else the connection's command timeout
    /// holds.</summary>
    internal bool WithoutTimeout { get; init; }

    internal static ArgumentException Unsupported(string name, object value) =>
        new($"Parameter '{name}' holds a {value.GetType().Name}, which a statement cannot carry.");
}
