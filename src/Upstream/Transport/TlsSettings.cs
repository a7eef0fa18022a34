using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>Whom a remote trusts, and what it shows of itself.</summary>
internal sealed class TlsSettings
{
    private readonly X509ChainPolicy _policy = new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        // A certificate may name a place where its issuer lies: nobody would have judged whether requests may go there.
        DisableCertificateDownloads = true,
    };

    private readonly bool _validates;
    private readonly X509Certificate2? _client;

    /// <exception cref="UpstreamException">A certificate or a key is none.</exception>
    public TlsSettings(RemoteSettings settings, RemoteSecrets secrets)
    {
        _validates = settings.TlsValidation;
        if (settings.CaCert is { } authorities)
            Trust(authorities);
        _client = Client(settings.ClientCert, secrets.ClientKey);
    }

    /// <param name="ownHost">The host that may see the client's certificate; null where nobody may.</param>
    public SslClientAuthenticationOptions For(string? ownHost)
    {
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = _policy };
#pragma warning disable CA5359 // The remote's owner wants it so.
        if (!_validates)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        // Asked for each connection: one to a proxy is made by the same options.
        if (ownHost is not null && _client is not null)
            options.LocalCertificateSelectionCallback = (_, host, _, _, _) =>
                host.Equals(ownHost, StringComparison.OrdinalIgnoreCase) ? _client : null!;
        return options;
    }

    // As with Pulp, they stand in place of those that the system trusts.
    private void Trust(string authorities)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(authorities);
        }
        catch (CryptographicException)
        {
            // Refused below.
        }

        if (certificates.Count == 0)
            throw new UpstreamException(UpstreamFailure.Unusable, "The remote's ca_cert holds no certificate: give it as PEM.");
        _policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var certificate in certificates)
            (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? _policy.CustomTrustStore
                : _policy.ExtraStore).Add(certificate);
    }

    private static X509Certificate2? Client(string? certificate, string? key)
    {
        if (certificate is null)
            return null;
        try
        {
            // Who keeps both in one file gives it twice, or once.
            return X509Certificate2.CreateFromPem(certificate, key ?? certificate);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new UpstreamException(
                UpstreamFailure.Unusable,
                "The remote's client_cert and client_key do not fit together: give both as PEM, and the key not encrypted.");
        }
    }
}
