using System.Collections.Concurrent;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Sync;

/// <inheritdoc cref="IBlobSource"/>
/// <remarks>All readers of a blob on this node follow its fetching together: one question to the grain serves all.</remarks>
internal sealed class RemoteBlobs(IGrainFactory grains, IUploads uploads, IBlobBytes bytes) : IBlobSource
{
    private readonly ConcurrentDictionary<Guid, FollowedBlob> _followed = new();

    public async Task<IOpenBlob?> FetchAsync(Blob blob, CancellationToken cancellationToken)
    {
        var grain = grains.RemoteBlob(blob.Digest);
        var standing = await grain.FetchAsync(blob.Size);
        while (standing is { State: RemoteBlobState.Arriving, Arrived: 0 })
            standing = await grain.FetchAsync(blob.Size).WaitAsync(cancellationToken);
        if (standing.Failure is { } failure)
            throw new ProblemException(failure);
        if (await OpenAsync(blob.Digest, standing.Upload, cancellationToken) is not { } file)
            return null;
        return standing.State is RemoteBlobState.Proven
            ? file
            : new ArrivingBlob(file, blob.Size, Follow(grain, standing));
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
