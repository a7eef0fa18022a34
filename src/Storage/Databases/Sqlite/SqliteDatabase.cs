namespace OrleansRegistry.Storage;

/// <summary>The embedded database: one file in WAL mode, one writer with group commit, a few kept readers.</summary>
/// <remarks>
/// SQLite's interface has no asynchronous calls, and its own way of waiting for a lock is to sleep. So writes never run
/// on the caller's thread. The file is made by the first transaction; until then reads fail as unavailable.
/// </remarks>
public sealed class SqliteDatabase : IDatabase
{
    private readonly string _path;
    private readonly SqliteReaders _readers;
    private readonly SqliteWriter _writer;

    public SqliteDatabase(string path)
    {
        _path = Path.GetFullPath(path);
        _readers = new(_path, Math.Clamp(Environment.ProcessorCount, 2, 4));
        _writer = new(_path, _readers.Discard);
    }

    public Dialect Dialect { get; } = new SqliteDialect();

    public ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken = default) =>
        _readers.QueryAsync(statement, read, cancellationToken);

    public Task<T> TransactAsync<T>(
        Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken = default) =>
        _writer.RunAsync(work, cancellationToken);

    public async Task PingAsync(CancellationToken cancellationToken = default)
    {
        if (!File.Exists(_path))
            throw new DatabaseUnavailableException($"The SQLite database {_path} does not exist.");
        await QueryAsync(new("select 1"), row => row.Int32(0), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
    }
}
