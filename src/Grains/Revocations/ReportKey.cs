using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Revocations;

/// <inheritdoc cref="IReportKey"/>
internal sealed class ReportKey(IReportKeyStore store) : IReportKey
{
    public async Task<string> PublicAsync(CancellationToken cancellationToken) =>
        (await OpenAsync(cancellationToken)).PublicKey;

    public async Task<byte[]> SignAsync(byte[] document, CancellationToken cancellationToken) =>
        (await OpenAsync(cancellationToken)).Sign(document);

    private async Task<ReportSigningKey> OpenAsync(CancellationToken cancellationToken) =>
        new(await store.GetOrAddAsync(ReportSigningKey.NewSecret, cancellationToken));
}
