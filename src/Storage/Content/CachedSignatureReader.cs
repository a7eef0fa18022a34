using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>Keeps the signatures of single manifests in the node's memory: what a version holds never changes.</summary>
internal sealed class CachedSignatureReader(SignatureReader reader, NodeCache cache) : ISignatureReader
{
    public async Task<Digest?> FindSignedAsync(
        Guid repository, int version, Digest digest, CancellationToken cancellationToken)
    {
        var fact = new Signed(repository, version, digest);
        if (cache.TryGet<Digest?>(fact, out var known))
            return known;
        var manifest = await reader.FindSignedAsync(repository, version, digest, cancellationToken);
        cache.Keep(fact, manifest, 0);
        return manifest;
    }

    public async Task<IReadOnlyList<ServedSignature>> ListAsync(
        Guid repository, int version, Digest manifest, CancellationToken cancellationToken)
    {
        var fact = new SignaturesOf(repository, version, manifest);
        if (cache.TryGet<IReadOnlyList<ServedSignature>>(fact, out var known))
            return known!;
        var signatures = await reader.ListAsync(repository, version, manifest, cancellationToken);
        cache.Keep(fact, signatures, signatures.Sum(signature => signature.Bytes.Length + 500));
        return signatures;
    }

    public Task<IReadOnlyList<ServedSignature>> ListAllAsync(
        Guid repository, int version, string? last, int limit, Withheld withheld,
        CancellationToken cancellationToken) =>
        reader.ListAllAsync(repository, version, last, limit, withheld, cancellationToken);

    private sealed record Signed(Guid Repository, int Version, Digest Digest);

    private sealed record SignaturesOf(Guid Repository, int Version, Digest Manifest);
}
