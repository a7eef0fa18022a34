using OrleansRegistry.Bundles;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Exchange;

/// <inheritdoc cref="IBundleTrust"/>
internal sealed class BundleTrust : IBundleTrust
{
    public string? ReadKey(string pem) =>
        ReportPublicKey.TryParse(pem, out var key) && ReportPublicKey.IsAlone(pem) ? key.ToPem() : null;

    /// <exception cref="BundleException">The importer names keys, and none of them signed the bundle.</exception>
    public static void Require(BundleReader bundle, ImporterSettings importer)
    {
        if (importer.TrustedKeys.Count > 0
            && !importer.TrustedKeys.Any(pem => ReportPublicKey.TryParse(pem, out var key) && key.Equals(bundle.Signer)))
            throw new BundleException(
                $"The bundle was signed by the key {bundle.Signer.Fingerprint}, which the importer does not trust.");
    }
}
