using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Trust;

/// <summary>What an image can be judged by.</summary>
/// <param name="Signatures">Atomic signatures.</param>
/// <param name="Attached">What cosign attached, each with the manifest that attaches it.</param>
internal sealed record Evidence(
    IReadOnlyList<ServedSignature> Signatures, IReadOnlyList<(Digest Manifest, AttachedSignature Signature)> Attached);

/// <summary>Reads what a version has to judge images by: what may be served of it at this moment, and nothing else.</summary>
internal sealed class ImageEvidence(
    ISignatureReader signatures, IVersionReader versions, IContentReader content, AttachedLayers layers)
{
    /// <summary>All that counts for an image.</summary>
    public async Task<Evidence> ReadAsync(
        JudgedBy by, Guid repository, int version, Manifest image, CancellationToken cancellationToken) => new(
        by.Withheld.LeftOf(await signatures.ListAsync(repository, version, image.Digest, cancellationToken)),
        await ReadAttachedAsync(by, repository, version, image.OtherName ?? image.Digest, cancellationToken));

    /// <summary>
    /// What cosign attached, where the policy asks for it, and where clients look: in the tag that is called like the image's
    /// SHA-256 digest. Source: sigstore, cosign, SPEC.md.
    /// </summary>
    public async Task<IReadOnlyList<(Digest Manifest, AttachedSignature Signature)>> ReadAttachedAsync(
        JudgedBy by, Guid repository, int version, Digest digest, CancellationToken cancellationToken)
    {
        var tag = ContentKey.Tag(CompanionTags.SignaturesOf(digest));
        if (!by.Policy.AsksForAttached
            || await versions.FindAsync(repository, version, tag, cancellationToken) is not { Target: { } target }
            || await content.FindManifestAsync(target, cancellationToken) is not { } manifest
            || by.Withheld.Has(manifest.Digest)
            || manifest.TryRead() is not { } document)
            return [];
        var read = await layers.ReadAsync(manifest, document, cancellationToken);
        List<AttachedSignature> attached = [.. read.Select(layer => layer.Cosign).OfType<AttachedSignature>()];
        // A manifest is withheld as a whole, whoever else signed in it.
        return attached.Exists(one => by.Without.Any(key => key.Made(one)))
            ? []
            : attached.ConvertAll(one => (manifest.Digest, one));
    }
}
