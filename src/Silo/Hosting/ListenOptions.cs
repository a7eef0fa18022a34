using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Hosting;

/// <summary>Where HTTP is answered. Section <c>Listen</c>.</summary>
internal sealed class ListenOptions
{
    /// <summary><c>http://address:port</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:24817";

    /// <summary>Lets everyone who can reach the address read and write. Off: only loopback is listened on.</summary>
    public bool AllowUnauthenticatedRemoteAccess { get; set; }

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

    public void Check()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/")
            throw new SettingException(
                $"Listen:Url is '{Url}'; it has the form http://address:port. For TLS, put a proxy in front.");
        var isLoopback = uri.Host == "localhost"
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        if (!isLoopback && !AllowUnauthenticatedRemoteAccess)
            throw new SettingException(
                $"Refusing to listen on {Url}: there is no authentication configured, so everyone who can reach it could "
                + "push and delete. Listen on a loopback address, or set --Listen:AllowUnauthenticatedRemoteAccess=true "
                + "where something in front decides who may pass.");
    }
}
