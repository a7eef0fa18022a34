using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Revocations;

/// <inheritdoc cref="IReportKey"/>
internal sealed class ReportKey(IReportKeyStore store) : IReportKey
{
    public async Task<(string Pem, string Fingerprint)> PublicAsync(CancellationToken cancellationToken)
    {
        var key = await OpenAsync(cancellationToken);
        return (key.PublicKey, key.Fingerprint);
    }

    public async Task<byte[]> SignAsync(byte[] document, CancellationToken cancellationToken) =>
        (await OpenAsync(cancellationToken)).Sign(document);

    private async Task<ReportSigningKey> OpenAsync(CancellationToken cancellationToken) =>
        new(await store.GetOrAddAsync(ReportSigningKey.NewSecret, cancellationToken));
}
