using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>Other registries, by the remotes that say how to reach them.</summary>
public interface IUpstreams
{
    /// <summary>
    /// The repository that a remote speaks of. Whoever asks for the same remote with the same settings shares its
    /// connections, its tokens and its limits, on this node.
    /// </summary>
    /// <exception cref="UpstreamException">What the settings name cannot be used.</exception>
    IUpstream Open(Guid remote, RemoteSettings settings, RemoteSecrets secrets);
}

/// <summary>
/// A repository on another registry. All that it answers is bounded in size and in time, asked for again where that may help
/// (<c>max_retries</c>), and checked: what has a digest has been hashed, but for blobs, which are for their writer to hash.
/// </summary>
/// <remarks>Every method throws <see cref="UpstreamException"/> where it has no answer.</remarks>
public interface IUpstream
{
    /// <summary>What images are called there, without tag: <c>registry.example.org/team/app</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The names of all tags, in pages, as they come: not all of them need be such as OCI allows, and some pages are empty.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken = default);

    /// <summary>What a reference names now; null where there is no such manifest.</summary>
    Task<UpstreamHead?> HeadManifestAsync(Reference reference, CancellationToken cancellationToken = default);

    /// <summary>The bytes of a manifest; null where there is none.</summary>
    /// <remarks>
    /// A signed one of Docker's schema 1 has another digest than its bytes: it comes by tag only, and is known by its type.
    /// </remarks>
    Task<UpstreamManifest?> GetManifestAsync(Reference reference, CancellationToken cancellationToken = default);

    /// <summary>
    /// The bytes of a blob from that one on; null where there is none. What is read may break off
    /// (<see cref="IOException"/>): then the rest can be asked for. Until it is disposed it counts as one of the requests that
    /// the remote may have at once (<c>download_concurrency</c>): who holds one asks for nothing else there meanwhile.
    /// </summary>
    Task<Stream?> OpenBlobAsync(Digest digest, long offset = 0, CancellationToken cancellationToken = default);

    /// <summary>
    /// The manifests that have that one as their subject, the first 1,000; null where the registry has no such list.
    /// </summary>
    Task<IReadOnlyList<Digest>?> ListReferrersAsync(Digest subject, CancellationToken cancellationToken = default);

    /// <summary>Where atomic signatures come from.</summary>
    Task<SignatureSource> FindSignatureSourceAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The atomic signatures of a manifest, as bytes: whatever lies there, at most 128, and of each at most one byte more than
    /// the 64 KiB that it may have. The digest is by SHA-256.
    /// </summary>
    Task<IReadOnlyList<byte[]>> ListSignaturesAsync(Digest manifest, CancellationToken cancellationToken = default);
}

/// <summary>Where atomic signatures of an upstream repository come from.</summary>
public enum SignatureSource
{
    /// <summary>The remote names no lookaside store, and the registry has no extension for signatures.</summary>
    None,

    /// <summary>The remote's <c>sigstore</c>. Source: containers-registries.d(5).</summary>
    Lookaside,

    /// <summary>The registry's extension, which it announces by <c>X-Registry-Supports-Signatures: 1</c>.</summary>
    Extension,
}

/// <summary>What a registry says of a manifest without its bytes; null where it does not say.</summary>
public sealed record UpstreamHead(Digest? Digest, string? MediaType);

/// <summary>A manifest as it came. The bytes have that digest. The type is as the answer said, without parameters.</summary>
public sealed record UpstreamManifest(Digest Digest, string? MediaType, ReadOnlyMemory<byte> Bytes);

/// <summary>Why another registry has no answer. The message is one sentence, and says what to do where somebody can.</summary>
public sealed class UpstreamException(UpstreamFailure failure, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public UpstreamFailure Failure { get; } = failure;
}

/// <summary>What kind of failure it was.</summary>
public enum UpstreamFailure
{
    /// <summary>Nobody answers, too late, or with a fault of its own (429, 5xx), again and again.</summary>
    Unreachable,

    /// <summary>It wants another login, or does not allow it to this one.</summary>
    Denied,

    /// <summary>Requests may not go there: the settings <c>Outgoing</c> do not allow it.</summary>
    Forbidden,

    /// <summary>The answer is none that can be used: too large, no JSON, links in a circle.</summary>
    Unusable,

    /// <summary>Bytes that have another digest than they should.</summary>
    Mismatch,

    /// <summary>There is no such repository.</summary>
    Missing,

    /// <summary>The lookaside store answers neither with a signature nor that there is none.</summary>
    SignaturesUnavailable,
}
