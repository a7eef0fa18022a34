namespace OrleansRegistry.Sync;

/// <summary>So many requests per second and no more, evenly.</summary>
internal sealed class Pace(int? perSecond, TimeProvider time)
{
    private readonly TimeSpan _step = perSecond is > 0 and var rate ? TimeSpan.FromSeconds(1.0 / rate) : TimeSpan.Zero;
    private readonly Lock _lock = new();
    private long? _last;

    /// <summary>Waits for the next turn.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_step == TimeSpan.Zero)
            return Task.CompletedTask;
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var step = (long)(_step.TotalSeconds * time.TimestampFrequency);
            var turn = _last is { } last ? Math.Max(now, last + step) : now;
            _last = turn;
            wait = time.GetElapsedTime(now, turn);
        }

        return wait == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancellationToken);
    }
}
