namespace OrleansRegistry.Sync;

/// <summary>How far a fetching is, as this node knows it.</summary>
internal sealed class FollowedBlob(IRemoteBlobGrain grain, RemoteBlobStanding first)
{
    private readonly ArrivalStanding _standing = new(first);
    private int _begun;

    /// <summary>Begins to ask the grain, once; it ends with the fetching.</summary>
    public void Begin(Action ended)
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            _ = Task.Run(() => FollowAsync(ended));
    }

    /// <summary>Where it stands, once more than that many bytes have arrived, or it has ended.</summary>
    public ValueTask<RemoteBlobStanding> WaitAsync(long beyond, CancellationToken cancellationToken) =>
        _standing.WaitAsync(beyond, cancellationToken);

    private async Task FollowAsync(Action ended)
    {
        try
        {
            while (_standing.Now is { State: RemoteBlobState.Arriving } now)
                _standing.Move(await grain.WaitAsync(now.Upload, now.Arrived));
        }
        catch (Exception lost)
        {
            _standing.Move(_standing.Now.Failed(new(
                ProblemKind.UpstreamFailed, $"The node that fetched the blob is gone: {lost.Message}")));
        }
        finally
        {
            ended();
        }
    }
}
