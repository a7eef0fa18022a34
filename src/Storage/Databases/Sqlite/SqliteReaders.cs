using System.Collections.Concurrent;

namespace OrleansRegistry.Storage;

/// <summary>A few kept connections that read. What is read is in memory or near it, so it runs on the caller's thread.</summary>
internal sealed class SqliteReaders(string path, int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);
    private readonly ConcurrentStack<Reader> _idle = new();
    private int _generation;
    private volatile bool _disposed;

    public async ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteDatabase));
        if (!_free.Wait(0, cancellationToken))
            await _free.WaitAsync(cancellationToken);
        try
        {
            return Query(statement, read, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Lets go of the file, at the latest when each reader's query ends.</summary>
    public void Discard()
    {
        Interlocked.Increment(ref _generation);
        while (_idle.TryPop(out var reader))
            reader.Connection.Dispose();
    }

    public void Dispose()
    {
        _disposed = true;
        Discard();
    }

    private List<T> Query<T>(Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        Reader? reader = null;
        try
        {
            reader = Take();
            var rows = reader.Connection.Query(statement, read, cancellationToken);
            Return(reader);
            return rows;
        }
        catch (Exception exception)
        {
            if (reader is not null && SqliteErrors.IsBroken(exception))
                reader.Connection.Dispose();
            else if (reader is not null)
                Return(reader);
            var failure = SqliteErrors.Translate(exception);
            if (failure == exception)
                throw;
            throw failure;
        }
    }

    private Reader Take()
    {
        var generation = Volatile.Read(ref _generation);
        while (_idle.TryPop(out var reader))
        {
            if (reader.Generation == generation)
                return reader;
            reader.Connection.Dispose();
        }

        return new(PreparedConnection.OpenReader(path), generation);
    }

    private void Return(Reader reader)
    {
        if (reader.Generation == Volatile.Read(ref _generation))
            _idle.Push(reader);
        else
            reader.Connection.Dispose();
    }

    private sealed record Reader(PreparedConnection Connection, int Generation);
}
