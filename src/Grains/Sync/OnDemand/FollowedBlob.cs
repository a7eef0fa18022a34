namespace OrleansRegistry.Sync;

/// <summary>How far a fetching is, as this node knows it.</summary>
internal sealed class FollowedBlob(IRemoteBlobGrain grain, RemoteBlobStanding first)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RemoteBlobStanding _standing = first;
    private bool _hasBegun;

    /// <summary>Begins to ask the grain, once; it ends with the fetching.</summary>
    public void Begin(Action ended)
    {
        lock (_gate)
        {
            if (_hasBegun)
                return;
            _hasBegun = true;
        }

        _ = Task.Run(() => FollowAsync(ended));
    }

    /// <summary>Where it stands, once more than that many bytes have arrived, or it has ended.</summary>
    public async ValueTask<RemoteBlobStanding> WaitAsync(long beyond, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_gate)
            {
                if (_standing.Arrived > beyond || _standing.State is not RemoteBlobState.Arriving)
                    return _standing;
                moved = _moved.Task;
            }

            await moved.WaitAsync(cancellationToken);
        }
    }

    private async Task FollowAsync(Action ended)
    {
        try
        {
            while (_standing.State is RemoteBlobState.Arriving)
                Move(await grain.WaitAsync(_standing.Upload, _standing.Arrived));
        }
        catch (Exception lost)
        {
            Move(_standing.Failed(new(
                ProblemKind.UpstreamFailed, $"The node that fetched the blob is gone: {lost.Message}")));
        }
        finally
        {
            ended();
        }
    }

    private void Move(RemoteBlobStanding standing)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            _standing = standing;
            (moved, _moved) = (_moved, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        moved.SetResult();
    }
}
