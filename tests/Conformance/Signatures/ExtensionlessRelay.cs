using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Conformance;

/// <summary>
/// A proxy before the registry that lets no client know of the registry extension: they have to ask lookaside storage.
/// </summary>
internal sealed class ExtensionlessRelay : IDisposable
{
    private static readonly byte[] Told = "X-Registry-Supports-Signatures"u8.ToArray();
    private static readonly byte[] Untold = "X-Registry-Keeps-Its-Own-Mind-"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;

    public ExtensionlessRelay(Uri server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = RelayAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream()), HideAsync(server.GetStream(), client.GetStream()));
        }
    }

    // The server sends the head of an answer in one piece, and no two answers at once: no name is cut in two.
    private static async Task HideAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        for (int count; (count = await from.ReadAsync(buffer)) > 0;)
        {
            if (buffer.AsSpan(0, count).IndexOf(Told) is var at and >= 0)
                Untold.CopyTo(buffer, at);
            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
