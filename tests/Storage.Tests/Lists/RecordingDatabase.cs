using System.Collections.Concurrent;

namespace OrleansRegistry.Storage.Tests;

/// <summary>A database that remembers what it was asked outside of transactions.</summary>
internal sealed class RecordingDatabase(IDatabase database) : IDatabase
{
    public ConcurrentQueue<string> Asked { get; } = new();

    public Dialect Dialect => database.Dialect;

    public ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        Asked.Enqueue(statement.Sql);
        return database.QueryAsync(statement, read, cancellationToken);
    }

    public Task<T> TransactAsync<T>(Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken) =>
        database.TransactAsync(work, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => database.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
