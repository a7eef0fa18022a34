namespace OrleansRegistry.Storage;

public enum ConstraintKind
{
    Unique,
    ForeignKey,

    /// <summary>A null where there must be none, or a failed check.</summary>
    Other,
}

/// <summary>A statement broke a rule of the schema: the database, as the referee, refused it.</summary>
/// <param name="constraint">
/// The constraint's name on PostgreSQL; on SQLite, which does not tell, its columns as <c>table.column,
/// table.column</c>. Null where neither is known, as for a foreign key on SQLite.
/// </param>
public sealed class ConstraintViolationException(
    ConstraintKind kind, string? table, string? constraint, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public ConstraintKind Kind { get; } = kind;

    /// <summary>The table, where known: always for a unique constraint on columns.</summary>
    public string? Table { get; } = table;

    public string? Constraint { get; } = constraint;
}

/// <summary>The database cannot be reached or cannot work now: refused or lost connection, shutdown, full disk, too
/// many connections.</summary>
/// <remarks>Nothing is wrong with the statement. The caller may try again later.</remarks>
public sealed class DatabaseUnavailableException(string message, Exception? cause = null)
    : StoreUnavailableException(message, cause)
{
    /// <summary>The failure met the commit itself: whether the changes are durable is unknown until they are
    /// read.</summary>
    public bool MayHaveCommitted { get; init; }

    /// <summary>What running the same work again, at once, could mend.</summary>
    internal Remedy Remedy { get; init; }
}

internal enum Remedy
{
    None,

    /// <summary>Another transaction won: a deadlock, or a serialization failure.</summary>
    RunAgain,

    /// <summary>The pooled connection was stale: its server has been restarted, or the schema changed under its
    /// plans.</summary>
    Reconnect,
}
