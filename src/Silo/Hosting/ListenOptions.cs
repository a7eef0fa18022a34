using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Hosting;

/// <summary>Where HTTP is answered. Section <c>Listen</c>.</summary>
internal sealed class ListenOptions
{
    /// <summary><c>http://address:port</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:24817";

    /// <summary>Where clients reach the registry, such as <c>https://registry.example.com</c>, if that is elsewhere.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses and networks, such as
    /// <c>10.0.0.5, 10.1.0.0/16</c>. Nobody's by default.
    /// </summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>What the operator should know before others log in over this, or null.</summary>
    public string? Warning => IsLoopback || PublicUrl is not null || TrustedProxies.Length > 0
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
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp
            || (uri.PathAndQuery, uri.Fragment, uri.UserInfo) != ("/", "", ""))
            throw new SettingException(
                $"Listen:Url is '{Url}'; it has the form http://address:port. For TLS, put a proxy in front.");
        if (PublicUrl is { } known
            && (known is not { IsAbsoluteUri: true, PathAndQuery: "/", Scheme: "http" or "https" }))
            throw new SettingException(
                $"Listen:PublicUrl is '{known}'; it has the form https://host or https://host:port, without a path.");
    }
}
