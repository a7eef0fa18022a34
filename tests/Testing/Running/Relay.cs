using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansRegistry.Testing;

/// <summary>A wire to the server that a test can cut, and mend on the same port.</summary>
public sealed class Relay : IDisposable
{
    private readonly EndPoint _server;
    private readonly List<Socket> _open = [];
    private Socket? _listener;
    private int _port;
    private volatile bool _cutting;
    private Func<byte[], bool>? _cutAt;

    public Relay(string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        _server = server.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{server.Host}/.s.PGSQL.{server.Port}")
            : new DnsEndPoint(server.Host, server.Port);
        Mend();
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = _port,
            SslMode = SslMode.Disable,
            Timeout = 5,
        }.ConnectionString;
    }

    public string ConnectionString { get; }

    public void Mend()
    {
        (_cutAt, _cutting) = (null, false);
        _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
        _listener.Listen();
        _port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync(_listener);
    }

    public void Cut()
    {
        _listener!.Dispose();
        lock (_open)
        {
            foreach (var socket in _open)
                socket.Dispose();
            _open.Clear();
        }
    }

    /// <summary>Cuts the wire as soon as the client has sent this, before the server's answer.</summary>
    public void CutAt(Func<byte[], bool> sent) => _cutAt = sent;

    public void Dispose() => Cut();

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                var server = new Socket(
                    _server is UnixDomainSocketEndPoint ? AddressFamily.Unix : AddressFamily.InterNetwork,
                    SocketType.Stream,
                    _server is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
                lock (_open)
                    _open.AddRange([client, server]);
                await server.ConnectAsync(_server);
                _ = PumpAsync(client, server, fromClient: true);
                _ = PumpAsync(server, client, fromClient: false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool fromClient)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                var cut = fromClient && _cutAt is not null && _cutAt(buffer[..count]);
                if (cut)
                    _cutting = true; // the server may answer before its wire is cut
                else if (!fromClient && _cutting)
                    return;
                await to.SendAsync(buffer.AsMemory(0, count));
                if (cut)
                    Cut();
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut, or closed by the other side.
        }
    }
}
