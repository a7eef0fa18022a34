using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <summary>Keeps manifests in the node's memory. One that does not exist may come, and is asked for again.</summary>
internal sealed class CachedContentReader(ContentReader reader, NodeCache cache) : IContentReader
{
    public async Task<Manifest?> FindManifestAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (cache.TryGet<Manifest>(digest, out var known))
            return known;
        var manifest = await reader.FindManifestAsync(digest, cancellationToken);
        if (manifest is not null)
            cache.Keep(digest, manifest, manifest.Bytes.Length);
        return manifest;
    }

    public Task<IReadOnlyList<ManifestLink>> LinksFromAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        reader.LinksFromAsync(manifests, cancellationToken);
}
