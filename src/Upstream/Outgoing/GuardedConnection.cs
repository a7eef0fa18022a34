using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Sync;

/// <summary>The addresses of a host.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>Makes connections, and only to addresses that were judged: a name may mean another one the next time.</summary>
internal sealed class GuardedConnection(OutgoingRules rules, ResolveHost resolve, TimeSpan timeout, TimeProvider time)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal)
            ? [literal]
            : await resolve(host, cancellationToken);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        var allowed = addresses.Where(address => rules.Allow(host, address)).ToList();
        if (allowed.Count == 0)
            throw OutgoingRules.Refusal(host, addresses[0]);
        for (var i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(new IPEndPoint(allowed[i], port), cancellationToken);
            }
            catch (Exception exception) when (i + 1 < allowed.Count
                && exception is SocketException or TimeoutException)
            {
                // The next address may answer.
            }
        }
    }

    private async Task<Stream> ConnectAsync(IPEndPoint end, CancellationToken cancellationToken)
    {
        var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var late = new CancellationTokenSource(timeout, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await socket.ConnectAsync(end, stop.Token);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("No connection in time.");
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
