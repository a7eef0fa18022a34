using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansRegistry.Sync.Tests;

/// <summary>A proxy that makes tunnels, and leads all of them to one port of this machine.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly List<string> _asked = [];
    private readonly Task _serving;

    public Tunnel(int target)
    {
        _target = target;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The first line of each request.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var tunnels = new List<Task>();
        try
        {
            while (true)
                tunnels.Add(LeadAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task LeadAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, _target);
        var (nearStream, farStream) = (near.GetStream(), far.GetStream());
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await nearStream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        lock (_asked)
            _asked.Add(head.ToString().Split("\r\n")[0]);
        await nearStream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        await Task.WhenAny(nearStream.CopyToAsync(farStream), farStream.CopyToAsync(nearStream));
    }
}
