namespace OrleansRegistry.Storage;

/// <summary>One caller's work on its way through the writer: queued, begun, and answered after the commit.</summary>
internal abstract class SqliteWork
{
    /// <summary>Whether the work is still wanted; once begun it can no longer be cancelled.</summary>
    public abstract bool TryBegin();

    /// <summary>Runs the work and keeps what came of it; the answer is why it must be undone, or null. What came of an
    /// earlier run is forgotten.</summary>
    public abstract Exception? Run(SqliteSession session);

    /// <summary>Undoes the outcome: the work was well, its effect is not.</summary>
    public abstract void Reject(Exception failure);

    /// <summary>Gives the caller the outcome kept.</summary>
    public abstract void Answer();
}

internal sealed class SqliteWork<T> : SqliteWork
{
    private const int Queued = 0, Begun = 1, Cancelled = 2;

    private readonly Func<ISession, ValueTask<T>> _work;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;

    // The caller goes on elsewhere: the writer's thread is for writing.
    private readonly TaskCompletionSource<T> _caller = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _phase = Queued;
    private T? _result;
    private Exception? _failure;

    public SqliteWork(Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        _work = work;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static work => ((SqliteWork<T>)work!).Cancel(), this);
    }

    public Task<T> Outcome => _caller.Task;

    public override bool TryBegin() => Interlocked.CompareExchange(ref _phase, Begun, Queued) == Queued;

    public override Exception? Run(SqliteSession session)
    {
        _failure = null;
        try
        {
            var running = _work(session);
            if (running.IsCompleted)
                _result = running.GetAwaiter().GetResult();
            else
                _failure = Abandon(running.AsTask());
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
        finally
        {
            session.Close();
        }

        return _failure ??= session.Failure;
    }

    public override void Reject(Exception failure) => _failure = failure;

    public override void Answer()
    {
        _registration.Dispose();
        if (_failure is null)
            _caller.TrySetResult(_result!);
        else
            _caller.TrySetException(_failure);
    }

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _phase, Cancelled, Queued) == Queued)
            _caller.TrySetCanceled(_cancellationToken);
    }

    private static InvalidOperationException Abandon(Task running)
    {
        // It goes on somewhere without its session and may fail there: that failure is nobody's.
        running.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return new(
            "The work awaited something other than its session, which would hold up every writer; it was rolled back.");
    }
}
