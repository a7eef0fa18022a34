using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.Signing;

/// <inheritdoc cref="IKnownKeys"/>
internal sealed class KnownKeys(ISigningServiceStore services) : IKnownKeys
{
    public async Task<IReadOnlyList<string>> WithSubkeysAsync(string key, CancellationToken cancellationToken)
    {
        var isKeyId = key.Length == 16;
        var certificates = TrustedKeys.Load(
            (await services.CertificatesAsync(cancellationToken))
                .Select(text => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes(text))).Certificates;
        return
        [
            key,
            .. certificates.Where(one => key == (isKeyId ? one.KeyId : one.Fingerprint))
                .SelectMany(one => one.SubkeyFingerprints)
                .Select(subkey => isKeyId ? SignatureFilter.KeyIdOf(subkey) : subkey).Distinct(),
        ];
    }
}
