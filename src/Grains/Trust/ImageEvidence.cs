using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signing;
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
    /// <param name="repository">The repository.</param>
    /// <param name="version">The version.</param>
    /// <param name="image">The image.</param>
    /// <param name="withheld">What may not be served.</param>
    /// <param name="attached">Whether what cosign attaches is asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Evidence> ReadAsync(
        Guid repository, int version, Manifest image, Withheld withheld, bool attached,
        CancellationToken cancellationToken) => new(
        withheld.LeftOf(await signatures.ListAsync(repository, version, image.Digest, cancellationToken)),
        attached ? await ReadAttachedAsync(repository, version, image, withheld, cancellationToken) : []);

    // Where clients look: in the tag that is called like the image's SHA-256 digest. Source: sigstore, cosign, SPEC.md.
    private async Task<IReadOnlyList<(Digest, AttachedSignature)>> ReadAttachedAsync(
        Guid repository, int version, Manifest image, Withheld withheld, CancellationToken cancellationToken)
    {
        var digest = image.OtherName ?? image.Digest;
        var tag = new ContentKey(ContentKind.Tag, $"{digest.Algorithm}-{digest.Hex}.sig");
        if (await versions.FindAsync(repository, version, tag, cancellationToken) is not { Target: { } target }
            || await content.FindManifestAsync(Digest.Parse(target), cancellationToken) is not { } manifest
            || withheld.Has(manifest.Digest)
            || manifest.TryRead() is not { } document)
            return [];
        var read = await layers.ReadAsync(manifest, document, cancellationToken);
        return [.. read.Select(layer => layer.Cosign).OfType<AttachedSignature>().Select(one => (manifest.Digest, one))];
    }
}
