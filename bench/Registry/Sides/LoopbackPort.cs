using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Bench.Sides;

/// <summary>Ports on 127.0.0.1 that nobody listens on.</summary>
internal static class LoopbackPort
{
    /// <summary>Distinct ports, free at the moment of asking.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in listeners)
                listener.Start();
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
                listener.Dispose();
        }
    }
}
