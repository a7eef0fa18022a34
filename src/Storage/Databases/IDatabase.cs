namespace OrleansRegistry.Storage;

/// <summary>A database of the registry: PostgreSQL for a cluster, SQLite when embedded.</summary>
/// <remarks>
/// Failures that callers can act on are <see cref="ConstraintViolationException"/> and
/// <see cref="DatabaseUnavailableException"/>; every other exception of an engine is a bug and passes through.
/// </remarks>
public interface IDatabase : IAsyncDisposable
{
    Dialect Dialect { get; }

    /// <summary>Reads outside a transaction, from the last committed state. For <c>select</c> only: it may be run
    /// twice.</summary>
    /// <remarks>On SQLite it runs on the calling thread when a reader is free. The reader must not run
    /// statements.</remarks>
    ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs work in a transaction: committed when it returns, rolled back when it throws, durable when the task
    /// completes.
    /// </summary>
    /// <remarks>
    /// <para>Work must be re-runnable: a deadlock or a connection lost before the commit runs it again from the start.
    /// It keeps what it makes in its own locals and result, and changes nothing outside the session.</para>
    /// <para>Work awaits the session and nothing else. On SQLite it runs on the writer's thread, where the session
    /// answers at once; work that waits for anything else is refused there. Cancellation counts while work is queued;
    /// on SQLite work that has begun is finished.</para>
    /// </remarks>
    Task<T> TransactAsync<T>(Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken = default);

    /// <summary>Completes when the database answers.</summary>
    Task PingAsync(CancellationToken cancellationToken = default);
}
