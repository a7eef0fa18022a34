using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>What there is to sign.</summary>
public interface ISignableReader
{
    /// <summary>Which manifests each of those indexes lists.</summary>
    Task<IReadOnlyList<ManifestLink>> ChildrenAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>
    /// The manifests that the newest version holds, save what vouches for others: signatures and attestations, in the
    /// forms of cosign and notation.
    /// </summary>
    Task<IReadOnlyList<Digest>> AllAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>Which of those manifests the newest version holds, each with the SHA-256 digest of its bytes.</summary>
    Task<IReadOnlyDictionary<Digest, Digest>> HeldAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>The base paths by which that manifest, given by its id, is served.</summary>
    Task<IReadOnlyList<string>> BasePathsOfAsync(Guid manifest, CancellationToken cancellationToken = default);

    /// <summary>The manifest with that id, wherever it is held: its digest, and the SHA-256 digest of its bytes.</summary>
    Task<(Digest Manifest, Digest Sha256)?> FindAsync(Guid manifest, CancellationToken cancellationToken = default);
}
