namespace OrleansRegistry.Storage;

/// <summary>
/// Lets so many lists at once to the database of a node. A list may take seconds, and who asks for many of them is not to
/// take the connections that pushes, pulls and tasks need.
/// </summary>
internal sealed class ListGate : IDisposable
{
    // Of the connections that a node keeps to PostgreSQL, less than half.
    private const int AtOnce = 12;

    private readonly SemaphoreSlim _free = new(AtOnce);

    public void Dispose() => _free.Dispose();

    public async ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        IDatabase database, Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await database.QueryAsync(statement, read, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }
}
