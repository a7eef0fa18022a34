using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace OrleansRegistry.Hosting;

/// <summary>
/// The node's own certificate for TLS, from PEM files. They are looked at again as connections come: whoever renews them
/// need not restart the node. Files that do not fit each other, as in the middle of a renewal, change nothing.
/// </summary>
internal sealed partial class ServerCertificate
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly Lock _reading = new();
    private readonly string _certificate;
    private readonly string _key;
    private volatile SslStreamCertificateContext _current;
    private (DateTime Certificate, DateTime Key) _written;
    private long _looked = TimeProvider.System.GetTimestamp();

    /// <exception cref="SettingException">The files are no certificate with its key.</exception>
    public ServerCertificate(string certificate, string key)
    {
        (_certificate, _key) = (certificate, key);
        try
        {
            _written = Written();
            _current = Read();
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new SettingException(
                $"Listen:Certificate '{certificate}' and Listen:CertificateKey '{key}' are no certificate with its private "
                + $"key, in PEM: {exception.Message}");
        }
    }

    /// <summary>Makes every endpoint of this server speak TLS with the certificate.</summary>
    public void UseFor(KestrelServerOptions kestrel) => kestrel.ConfigureEndpointDefaults(endpoint =>
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = Current(kestrel.ApplicationServices),
            }),
        }));

    private SslStreamCertificateContext Current(IServiceProvider services)
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _looked)) >= BetweenLooks && _reading.TryEnter())
            try
            {
                Volatile.Write(ref _looked, TimeProvider.System.GetTimestamp());
                Refresh(services);
            }
            finally
            {
                _reading.Exit();
            }

        return _current;
    }

    private void Refresh(IServiceProvider services)
    {
        try
        {
            var written = Written();
            if (written == _written)
                return;
            _current = Read();
            _written = written;
            LogRenewed(services.GetRequiredService<ILogger<ServerCertificate>>(), _certificate);
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            LogUnusable(services.GetRequiredService<ILogger<ServerCertificate>>(), _certificate, exception.Message);
        }
    }

    private (DateTime Certificate, DateTime Key) Written() =>
        (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    private SslStreamCertificateContext Read()
    {
        var leaf = X509Certificate2.CreateFromPemFile(_certificate, _key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificate);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static bool IsUnusable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(LogLevel.Information, "The certificate {File} was renewed; new connections get it")]
    private static partial void LogRenewed(ILogger logger, string file);

    [LoggerMessage(LogLevel.Warning, "The certificate {File} changed and cannot be used, so the former one stays: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string file, string reason);
}
