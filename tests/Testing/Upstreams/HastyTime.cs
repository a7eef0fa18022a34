using System.Collections.Concurrent;

namespace OrleansRegistry.Testing;

/// <summary>A clock on which every pause of up to a minute is over at once, and is remembered. Longer ones never end.</summary>
public sealed class HastyTime : TimeProvider
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<TimeSpan> _pauses = new();
    private long _ticks = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).Ticks;

    /// <summary>The pauses that somebody waited for, in order.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HastyTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class HastyTimer(HastyTime time, TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero || dueTime > LongestPause)
                return true;
            time._pauses.Enqueue(dueTime);
            time.Advance(dueTime);
            ThreadPool.QueueUserWorkItem(_ =>
            {
                if (!_isDisposed)
                    callback(state);
            });
            return true;
        }

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
