using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>An image that a client is about to use, and what a policy may look at to decide.</summary>
/// <param name="Reference">What the user asked for; a default tag is added.</param>
/// <param name="Manifest">The SHA-256 digest of the manifest that was served.</param>
/// <param name="Signatures">Blobs of atomic signatures, good and bad.</param>
/// <param name="ReadKeys">Reads a file of keys by the path that the policy names; null where there is none.</param>
/// <param name="Now">When the question is asked.</param>
public sealed record PolicyQuestion(
    ImageReference Reference,
    Digest Manifest,
    IReadOnlyList<ReadOnlyMemory<byte>> Signatures,
    Func<string, ReadOnlyMemory<byte>?> ReadKeys,
    DateTimeOffset Now)
{
    /// <summary>What cosign attached to the image, good and bad.</summary>
    public IReadOnlyList<AttachedSignature> Attached { get; init; } = [];

    /// <summary>The keys that the policy may name by fingerprint.</summary>
    public INamedKeys Known { get; init; } = NoNamedKeys.Instance;
}
