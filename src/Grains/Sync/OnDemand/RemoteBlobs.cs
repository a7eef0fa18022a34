using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Sync;

/// <inheritdoc cref="IBlobSource"/>
/// <remarks>All readers of a blob on this node follow its fetching together: one question to the grain serves all.</remarks>
internal sealed class RemoteBlobs(IGrainFactory grains, IUploads uploads, IBlobBytes bytes) : IBlobSource
{
    // A dead node is known to be dead after ten seconds at most; then the grain comes up on another one.
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<Guid, FollowedBlob> _followed = new();

    public async Task<IOpenBlob?> FetchAsync(Blob blob, CancellationToken cancellationToken)
    {
        var grain = grains.RemoteBlob(blob.Digest);
        RemoteBlobStanding standing;
        do
            standing = await BeginAsync(grain, blob, cancellationToken);
        while (standing is { State: RemoteBlobState.Arriving, Arrived: 0 });
        if (standing.Failure is { } failure)
            throw new ProblemException(failure);
        if (await OpenAsync(blob.Digest, standing.Upload, cancellationToken) is not { } file)
            return null;
        return standing.State is RemoteBlobState.Proven
            ? file
            : new ArrivingBlob(file, blob.Size, Follow(grain, standing));
    }

    // Where the node dies that fetches, another one begins anew.
    private static async Task<RemoteBlobStanding> BeginAsync(
        IRemoteBlobGrain grain, Blob blob, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
            try
            {
                return await grain.FetchAsync(blob.Size).WaitAsync(cancellationToken);
            }
            catch (Exception lost) when (lost is SiloUnavailableException or OrleansMessageRejectionException
                && Stopwatch.GetElapsedTime(began) < LongestSearch)
            {
                await Task.Delay(BetweenCalls, cancellationToken);
            }
    }

    // What has come to its end meanwhile is a blob like others.
    private async ValueTask<IOpenBlob?> OpenAsync(Digest digest, Guid upload, CancellationToken cancellationToken) =>
        await uploads.OpenAsync(ChunkedUpload.NoRepository, upload, cancellationToken)
        ?? await bytes.OpenAsync(digest, cancellationToken);

    private FollowedBlob Follow(IRemoteBlobGrain grain, RemoteBlobStanding standing)
    {
        var followed = _followed.GetOrAdd(standing.Upload, _ => new FollowedBlob(grain, standing));
        followed.Begin(() => _followed.TryRemove(standing.Upload, out _));
        return followed;
    }
}
