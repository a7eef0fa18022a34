using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using OrleansRegistry.Operations;

namespace OrleansRegistry.Hosting;

/// <summary>Where HTTP is answered. Section <c>Listen</c>.</summary>
internal sealed class ListenOptions
{
    /// <summary><c>http://address:port</c>, or <c>https://address:port</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:24817";

    /// <summary>A PEM file: the certificate, and those between it and its authority. It is read again when it changes.</summary>
    public string? Certificate { get; set; }

    /// <summary>A PEM file with the certificate's private key.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>How requests are written down.</summary>
    public AccessLogFormat AccessLog { get; set; } = AccessLogFormat.Text;

    /// <summary>
    /// How long a node that was told to stop goes on answering while it says that it is not ready, so that a balancer
    /// notices first. None where nothing is in front.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainTime { get; set; }

    /// <summary>Where clients reach the registry, such as <c>https://registry.example.com</c>, if that is elsewhere.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>True where this node speaks TLS itself.</summary>
    public bool IsTls => Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and networks, such as
    /// <c>10.0.0.5, 10.1.0.0/16</c>. Nobody's by default.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>What the operator should know before others log in over this, or null.</summary>
    public string? Warning => IsLoopback || IsTls || PublicUrl is not null || TrustedProxies.Length > 0
        ? null
        : $"""
            WARNING: {Url} is reached by other machines, and nothing says how. Passwords travel with requests: put a proxy with
            TLS in front, and set Listen:PublicUrl=https://the-name-that-clients-use and Listen:TrustedProxies=its-address.
            Without them clients are sent to http:// for their tokens, and all who come through a proxy count as one.
            """;

    /// <summary>True where nothing but this machine can reach it.</summary>
    public bool IsLoopback => new Uri(Url) is var uri
        && (uri.Host == "localhost"
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <summary>Finds out that the port is taken before a whole node has been started for nothing.</summary>
    /// <exception cref="IOException">Another program listens there.</exception>
    public void CheckFree()
    {
        var uri = new Uri(Url);
        var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : IPAddress.Loopback;
        try
        {
            using var listener = new TcpListener(address, uri.Port);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new IOException($"Cannot listen on {Url}: {exception.Message}.", exception);
        }
    }

    /// <summary>The certificate for TLS, or null where this node speaks none.</summary>
    /// <exception cref="SettingException">The files are no certificate with its key.</exception>
    public ServerCertificate? ReadCertificate() => IsTls ? new(Certificate!, CertificateKey!) : null;

    /// <summary>The proxies, each as a network.</summary>
    /// <exception cref="SettingException">One is neither an address nor a network.</exception>
    public IReadOnlyList<IPNetwork> Proxies() =>
    [
        .. TrustedProxies.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text =>
            IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var network) ? network
            : throw new SettingException(
                $"Listen:TrustedProxies names '{text}'; it takes addresses and networks, such as 10.0.0.5, 10.1.0.0/16.")),
    ];

    public void Check()
    {
        _ = Proxies();
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || (uri.PathAndQuery, uri.Fragment, uri.UserInfo) != ("/", "", ""))
            throw new SettingException(
                $"Listen:Url is '{Url}'; it has the form http://address:port or https://address:port.");
        if (IsTls != (Certificate is not null && CertificateKey is not null) || (Certificate is null) != (CertificateKey is null))
            throw new SettingException(
                $"Listen:Url is '{Url}'; https:// needs Listen:Certificate and Listen:CertificateKey, the names of PEM files, "
                + "and http:// takes neither.");
        if (PublicUrl is { } known
            && (known is not { IsAbsoluteUri: true, PathAndQuery: "/", Scheme: "http" or "https" }))
            throw new SettingException(
                $"Listen:PublicUrl is '{known}'; it has the form https://host or https://host:port, without a path.");
    }
}
