using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>
/// Manifests by which cosign and notation attach signatures and attestations to images: told by their layers, whatever else
/// they say of themselves. Source: sigstore, cosign, SPEC.md; notaryproject, specifications, signature-specification.md.
/// </summary>
public static class SignatureManifests
{
    /// <summary>A payload of simple signing; its annotation <see cref="CosignSignature"/> is the signature.</summary>
    public const string CosignPayload = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>The annotation of a layer that holds a signature, in base64.</summary>
    public const string CosignSignature = "dev.cosignproject.cosign/signature";

    /// <summary>An envelope of DSSE, as cosign attests by.</summary>
    public const string Envelope = "application/vnd.dsse.envelope.v1+json";

    private const string Bundle = "application/vnd.dev.sigstore.bundle";
    private const string Notation = "application/vnd.cncf.notary.signature";

    // What an earlier version of this server took, and this one cannot read, may be one.
    public static bool Contains(Manifest manifest) => manifest.TryRead() is not { } document || Contains(document);

    public static bool Contains(ManifestDocument document) =>
        document.ReferrerType == Notation || document.Layers.Any(layer => IsOfCosign(layer.MediaType));

    /// <summary>
    /// Whether it attaches signatures to an image and can be nothing else: no client unpacks any of its layers.
    /// </summary>
    public static bool IsNothingElse(ManifestDocument document) => document.Layers.Count > 0
        && document.Layers.All(layer => IsOfCosign(layer.MediaType)
            || (IsOfNotation(document) && layer.MediaType is "application/jose+json" or "application/cose"));

    /// <summary>Whether a layer is a signature of notation, in that manifest.</summary>
    public static bool IsOfNotation(ManifestDocument document) => document.ReferrerType == Notation;

    /// <summary>Whether a layer is a bundle of sigstore, of whichever version.</summary>
    public static bool IsBundle(string mediaType) => mediaType.StartsWith(Bundle, StringComparison.Ordinal);

    private static bool IsOfCosign(string mediaType) => mediaType is CosignPayload or Envelope || IsBundle(mediaType);
}
