using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Revocations;

namespace OrleansRegistry.SigningKeys;

/// <summary>
/// Finds out which of the known keys made signatures. What they say of themselves is a claim; this is proof. An answer is
/// true as of the decisions and keys up to its epoch: whoever keeps it compares that.
/// </summary>
public interface IAttribution
{
    /// <summary>The keys that made what a manifest attaches to images; null where it attaches nothing.</summary>
    ValueTask<AttachedKeys?> FindAsync(
        Manifest manifest, ManifestDocument document, CancellationToken cancellationToken = default);

    /// <summary>Which of those signatures, OpenPGP messages, were made by the keys that they name.</summary>
    ValueTask<ProvenSignatures> ProveAsync(
        IReadOnlyCollection<byte[]> signatures, CancellationToken cancellationToken = default);
}

/// <summary>Who signed what one manifest attaches.</summary>
public sealed record AttachedKeys(long Epoch, IReadOnlyList<AttachedKey> Keys);

/// <summary>A known key that made a signature within a manifest.</summary>
/// <param name="Name">The key.</param>
/// <param name="Image">What it signed.</param>
/// <param name="IsOfSigning">False of an attestation, which says something else than that the image is signed.</param>
public sealed record AttachedKey(KeyName Name, Digest Image, bool IsOfSigning);

/// <param name="Epoch">What this is true as of; null for always.</param>
/// <param name="Are">For each signature, whether it is proven.</param>
public sealed record ProvenSignatures(long? Epoch, IReadOnlyList<bool> Are);

/// <summary>Where no key is known, nothing is proven.</summary>
public sealed class NoKeys : IAttribution
{
    public ValueTask<AttachedKeys?> FindAsync(
        Manifest manifest, ManifestDocument document, CancellationToken cancellationToken) => new((AttachedKeys?)null);

    public ValueTask<ProvenSignatures> ProveAsync(
        IReadOnlyCollection<byte[]> signatures, CancellationToken cancellationToken) =>
        new(new ProvenSignatures(null, [.. signatures.Select(_ => false)]));
}

/// <summary>What is written down of who made signatures that are here already, when keys come after them.</summary>
public interface IAttributionStore
{
    /// <summary>Manifests that attach signatures, by their ids, after the last one.</summary>
    Task<IReadOnlyList<(Guid Id, Manifest Manifest)>> AttachingAsync(
        Guid? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Notes who made what manifests attach. What is known stays. False where keys came or went since.</summary>
    Task<bool> AttachAsync(
        IReadOnlyCollection<(Guid Manifest, AttachedKeys Found)> found, CancellationToken cancellationToken = default);

    /// <summary>Signatures that name a key id and are not proven, by their ids, after the last one.</summary>
    Task<IReadOnlyList<UnprovenSignature>> UnprovenAsync(
        string keyId, Guid? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Notes that signatures are proven. False where keys came or went since.</summary>
    Task<bool> ProveAsync(
        IReadOnlyCollection<UnprovenSignature> signatures, long? epoch, CancellationToken cancellationToken = default);
}

/// <summary>A signature of which it is not known whether the key that it names made it.</summary>
/// <param name="Id">Of the content.</param>
/// <param name="Image">The digest of the manifest that owns it.</param>
/// <param name="Bytes">The OpenPGP message.</param>
public sealed record UnprovenSignature(Guid Id, string Image, byte[] Bytes);
