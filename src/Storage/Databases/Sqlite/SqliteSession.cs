namespace OrleansRegistry.Storage;

/// <summary>A session on the writer's thread: every answer is there when the call returns.</summary>
internal sealed class SqliteSession(PreparedConnection connection) : ISession
{
    private bool _closed;

    /// <summary>The first failure of a statement; the work is rolled back after it, as on PostgreSQL.</summary>
    public Exception? Failure { get; private set; }

    public void Close() => Volatile.Write(ref _closed, true);

    public ValueTask<int> ExecuteAsync(Statement statement, CancellationToken cancellationToken) =>
        new(Run(() => connection.Execute(statement)));

    public ValueTask<IReadOnlyList<int>> ExecuteBatchAsync(
        IReadOnlyList<Statement> statements, CancellationToken cancellationToken) =>
        new(Run<IReadOnlyList<int>>(() => [.. statements.Select(connection.Execute)]));

    public ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken) =>
        new(Run<IReadOnlyList<T>>(() => connection.Query(statement, read, CancellationToken.None)));

    private T Run<T>(Func<T> statement)
    {
        if (Volatile.Read(ref _closed))
            throw new InvalidOperationException("The transaction of this session is over.");
        if (Failure is not null)
            throw new InvalidOperationException("An earlier statement failed, which ended the transaction.", Failure);
        try
        {
            return statement();
        }
        catch (Exception exception) when ((Failure = SqliteErrors.Translate(exception)) != exception)
        {
            throw Failure;
        }
    }
}
