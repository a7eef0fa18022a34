using System.Collections.Concurrent;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>Brings the bytes of blobs to this server, each once, however many images of this node want it now.</summary>
internal sealed class BlobDownloads(BlobDownload download, IBlobStore blobs)
{
    private readonly ConcurrentDictionary<(Guid Remote, Digest Digest), Lazy<Task>> _running = new();

    /// <summary>Brings a blob, unless somebody does at this moment: then it waits for that.</summary>
    /// <inheritdoc cref="BlobDownload.RunAsync"/>
    public async Task BringAsync(IUpstream upstream, Guid remote, Blob blob, CancellationToken cancellationToken)
    {
        var key = (remote, blob.Digest);
        var running = _running.GetOrAdd(key, _ => new(async () => await blobs.AdmitAsync(
            await download.RunAsync(upstream, blob, null, cancellationToken), cancellationToken)));
        try
        {
            await running.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(key, running));
        }
    }
}
