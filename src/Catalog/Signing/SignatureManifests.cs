using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>Manifests by which cosign and notation attach signatures to images, by what they say of themselves.</summary>
internal static class SignatureManifests
{
    private const string Notation = "application/vnd.cncf.notary.signature";

    public static bool Contains(Manifest manifest)
    {
        try
        {
            var document = manifest.Document;
            return document.ReferrerType == Notation
                || ManifestDescription.Of(document, config: null).Type
                    is "cosign_signature" or "cosign_attestation" or "cosign_attestation_bundle";
        }
        catch (InvalidManifestException)
        {
            return true; // an earlier version of this server took it; it may be one
        }
    }
}
