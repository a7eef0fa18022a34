using System.Diagnostics;
using System.Threading.Channels;

namespace OrleansRegistry.Storage;

/// <summary>The one writer of a SQLite file: a thread that commits what is queued in groups.</summary>
/// <remarks>
/// A group is one transaction and one flush to the disk. Nearly always all of its works are well; where one fails, all of
/// it is taken back, and each runs again with a savepoint of its own, so that the failing one takes back only its own
/// changes. (Savepoints from the start would copy every page before its first change, and each statement would go
/// through these copies.) Callers are answered after the commit, also those whose work failed: it may have failed over
/// what another in the group had written. When the queue is full, callers wait without holding a thread.
/// </remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxQueued = 1024, MaxGroup = 256;
    private static readonly TimeSpan MaxGroupTime = TimeSpan.FromMilliseconds(50);

    private static readonly Statement
        Begin = new("begin immediate"),
        Commit = new("commit"),
        Rollback = new("rollback"),
        Savepoint = new("savepoint work"),
        RollbackToSavepoint = new("rollback to work"),
        Release = new("release work");

    private readonly string _path;
    private readonly Action _onReplaced;
    private readonly Channel<SqliteWork> _queue = Channel.CreateBounded<SqliteWork>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SqliteWork> _group = [];
    private PreparedConnection? _connection;
    private bool _created;

    /// <param name="path">The file; created if absent, but only the first time: one that vanishes later is an
    /// outage.</param>
    /// <param name="onReplaced">Told when the file was found missing, so that readers let go of it too.</param>
    public SqliteWriter(string path, Action onReplaced)
    {
        _path = path;
        _onReplaced = onReplaced;
        new Thread(Loop) { IsBackground = true, Name = "sqlite-writer" }.Start();
    }

    public async Task<T> RunAsync<T>(Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var queued = new SqliteWork<T>(work, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(queued, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteDatabase));
        }

        return await queued.Outcome;
    }

    /// <summary>Commits what is queued, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
    }

    private void Loop()
    {
        // Blocking is what this thread is for.
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (TryTake(out var first))
                CommitGroup(first);
        _connection?.Dispose();
        _ended.SetResult();
    }

    private void CommitGroup(SqliteWork first)
    {
        _group.Clear();
        _group.Add(first);
        try
        {
            var connection = Open();
            if (RunTogether(connection, first) || RunApart(connection))
                CommitTransaction(connection);
        }
        catch (RolledBackException exception)
        {
            Reject(exception.InnerException!);
        }
        catch (Exception exception)
        {
            // What waits would meet the same failure, after the same wait.
            while (_group.Count < MaxGroup && TryTake(out var work))
                _group.Add(work);
            Reject(SqliteErrors.Translate(exception));
        }

        foreach (var work in _group)
            work.Answer();
    }

    /// <summary>Runs what waits, until a work fails: then nothing of it is left.</summary>
    private bool RunTogether(PreparedConnection connection, SqliteWork first)
    {
        connection.Execute(Begin);
        var started = Stopwatch.GetTimestamp();
        if (Run(connection, first) is not null)
            return TakeBack(connection);
        while (_group.Count < MaxGroup && Stopwatch.GetElapsedTime(started) < MaxGroupTime && TryTake(out var work))
        {
            _group.Add(work);
            if (Run(connection, work) is not null)
                return TakeBack(connection);
        }

        return true;
    }

    private static bool TakeBack(PreparedConnection connection)
    {
        connection.Execute(Rollback);
        return false;
    }

    /// <summary>Runs the works of the group again, each by itself.</summary>
    /// <returns>False where there is nothing to commit: the one work has failed.</returns>
    private bool RunApart(PreparedConnection connection)
    {
        if (_group.Count == 1)
            return false;
        connection.Execute(Begin);
        foreach (var work in _group)
        {
            connection.Execute(Savepoint);
            if (Run(connection, work) is not null)
                connection.Execute(RollbackToSavepoint);
            connection.Execute(Release);
        }

        return true;
    }

    private static Exception? Run(PreparedConnection connection, SqliteWork work)
    {
        var failure = work.Run(new SqliteSession(connection));
        if (!connection.InTransaction)
            throw new RolledBackException(failure);
        if (failure is null && connection.HasDanglingForeignKeys)
            work.Reject(failure = new ConstraintViolationException(
                ConstraintKind.ForeignKey, null, null, "FOREIGN KEY constraint failed at the end of the work"));
        return failure;
    }

    private static void CommitTransaction(PreparedConnection connection)
    {
        try
        {
            connection.Execute(Commit);
        }
        catch (Exception exception) when (SqliteErrors.IsBroken(exception))
        {
            throw new DatabaseUnavailableException(SqliteErrors.Translate(exception).Message, exception)
            {
                MayHaveCommitted = true,
            };
        }
    }

    private PreparedConnection Open()
    {
        if (_connection is not null && !File.Exists(_path))
        {
            // An open file without a name takes writes that nobody will ever read.
            Close();
            _onReplaced();
        }

        if (_connection is null)
        {
            _connection = PreparedConnection.OpenWriter(_path, create: !_created);
            _created = true;
        }

        return _connection;
    }

    private void Reject(Exception failure)
    {
        foreach (var work in _group)
            work.Reject(failure);
        try
        {
            if (SqliteErrors.IsBroken(failure))
                Close();
            else if (_connection is { InTransaction: true })
                _connection.Execute(Rollback);
        }
        catch (Exception)
        {
            // The first failure has been reported; a connection that cannot even roll back is not kept.
            Close();
        }
    }

    private void Close()
    {
        var connection = _connection;
        _connection = null;
        connection?.Dispose();
    }

    private bool TryTake(out SqliteWork work)
    {
        while (_queue.Reader.TryRead(out work!))
            if (work.TryBegin())
                return true;
        return false;
    }

    /// <summary>SQLite rolled the whole group back when one of its works failed.</summary>
    private sealed class RolledBackException(Exception? cause) : Exception(
        null,
        cause is DatabaseUnavailableException
            ? cause
            : new DatabaseUnavailableException("SQLite rolled the transaction back.", cause));
}
