namespace OrleansRegistry.Sync;

/// <summary>Where a fetching stands, for all who wait until it gets further. Safe for use by many threads.</summary>
internal sealed class ArrivalStanding(RemoteBlobStanding first)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = NewPulse();
    private RemoteBlobStanding _now = first;

    public RemoteBlobStanding Now
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public void Move(RemoteBlobStanding standing)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            if (standing == _now)
                return;
            _now = standing;
            (moved, _moved) = (_moved, NewPulse());
        }

        moved.SetResult();
    }

    /// <summary>Where it stands, once more than that many bytes have arrived, or it has ended.</summary>
    public async ValueTask<RemoteBlobStanding> WaitAsync(long beyond, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (MovedBeyond(beyond) is not { } moved)
                return Now;
            await moved.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The same, or where it stands when it first moved, or after so long.</summary>
    public async Task<RemoteBlobStanding> WaitAsync(long beyond, TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            if (MovedBeyond(beyond) is { } moved)
                await moved.WaitAsync(longest, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Whoever asks again waits on.
        }

        return Now;
    }

    // What is set when it moves; null where there is nothing to wait for.
    private Task? MovedBeyond(long beyond)
    {
        lock (_gate)
            return _now.Arrived > beyond || _now.State is not RemoteBlobState.Arriving ? null : _moved.Task;
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
