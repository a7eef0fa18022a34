using Orleans.Placement;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Sync;

/// <inheritdoc cref="IRemoteBlobGrain"/>
/// <remarks>
/// The bytes go into an upload, which all nodes can read; this grain only says how far they are. It fetches to the end, even
/// where nobody waits any more. What is not kept stays for whoever comes soon after.
/// </remarks>
[PreferLocalPlacement]
#pragma warning disable CA1001 // A source of cancellation without a timer holds nothing that must be disposed of.
internal sealed class RemoteBlobGrain(
    RemoteConnections remotes, BlobDownload download, IBlobStore blobs, IUploads uploads) : Grain, IRemoteBlobGrain
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestFetching = TimeSpan.FromHours(12);
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _leaving = new();
    private Arrival? _arrival;

    public async Task<RemoteBlobStanding> FetchAsync(long size)
    {
        if (_arrival is not { } going || going.Standing.State is RemoteBlobState.Failed)
        {
            going = _arrival = new Arrival();
            DelayDeactivation(LongestFetching);
            _ = Task.Run(() => FetchAsync(going, new(Digest.Parse(this.GetPrimaryKeyString()), size)));
        }

        return await going.WaitAsync(beyond: 0, CancellationToken.None);
    }

    public async Task<RemoteBlobStanding> WaitAsync(Guid upload, long beyond, CancellationToken cancellationToken) =>
        _arrival is { } going && going.Standing.Upload == upload
            ? await going.WaitAsync(beyond, cancellationToken)
            : new RemoteBlobStanding(upload, beyond, RemoteBlobState.Failed).Failed(new(
                ProblemKind.UpstreamFailed, "The node that fetched the blob is gone; ask again."));

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _leaving.CancelAsync();
        if (_arrival?.PassedOn is { } passed)
            await uploads.DiscardAsync(passed, cancellationToken);
        _leaving.Dispose();
    }

    // Off the grain's scheduler: the arrival is safe for all.
    private async Task FetchAsync(Arrival arrival, Blob blob)
    {
        try
        {
            await FetchFromAnyAsync(arrival, blob);
        }
        catch (ProblemException problem)
        {
            arrival.Fail(problem.Problem);
        }
        catch (Exception exception)
        {
            arrival.Fail(new(ProblemKind.UpstreamFailed, $"The blob could not be fetched: {exception.Message}", $"{blob.Digest}"));
        }
        finally
        {
            DelayDeactivation(Linger);
        }
    }

    private async Task FetchFromAnyAsync(Arrival arrival, Blob blob)
    {
        Exception? failure = null;
        foreach (var origin in await blobs.OriginsAsync(blob.Digest, _leaving.Token))
            try
            {
                var (upstream, _) = await remotes.OpenAsync(origin.Remote, cancellationToken: _leaving.Token);
                var whole = await download.RunAsync(upstream, blob, arrival.Reach, _leaving.Token);
                if (!origin.IsStreamed)
                    await blobs.AdmitAsync(whole, _leaving.Token);
                arrival.Prove(whole, !origin.IsStreamed);
                return;
            }
            catch (Exception refused) when (refused is NotBroughtException or UpstreamException)
            {
                failure = refused;
                if (arrival.Standing.Arrived > 0)
                    break; // whoever read some of it must not get the rest from elsewhere
            }

        var why = failure?.Message ?? "The bytes of this blob are not here, and there is nothing to fetch them from.";
        var isMissing = failure is null or NotBroughtException { Reason: SyncReason.MissingUpstream };
        throw new ProblemException(
            isMissing ? ProblemKind.BlobUnknown : ProblemKind.UpstreamFailed, why, blob.Digest.ToString());
    }

    /// <summary>One fetching.</summary>
    private sealed class Arrival
    {
        private readonly ArrivalStanding _standing = new(new(Guid.Empty, 0, RemoteBlobState.Arriving));

        public RemoteBlobStanding Standing => _standing.Now;

        /// <summary>What is not kept, once it is whole; else null.</summary>
        public SealedUpload? PassedOn { get; private set; }

        public void Reach(Guid upload, long bytes) => _standing.Move(new(upload, bytes, RemoteBlobState.Arriving));

        public void Prove(SealedUpload whole, bool isKept)
        {
            PassedOn = isKept ? null : whole;
            _standing.Move(new(whole.Upload, whole.Size, RemoteBlobState.Proven));
        }

        public void Fail(Problem problem) => _standing.Move(Standing.Failed(problem));

        public Task<RemoteBlobStanding> WaitAsync(long beyond, CancellationToken cancellationToken) =>
            _standing.WaitAsync(beyond, LongestWait, cancellationToken);
    }
}
