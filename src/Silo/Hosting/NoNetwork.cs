using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrleansRegistry.Hosting;

/// <summary>
/// The wire between nodes where there is one node: nothing listens, and nothing connects. A process of another user of
/// the machine finds no port to speak to grains with; what a node sends to itself never takes the wire.
/// </summary>
internal sealed class NoNetwork : IConnectionListenerFactory, IConnectionFactory
{
    /// <summary>Takes the place of the sockets of all roles, whatever keys they are registered under.</summary>
    public static void Use(IServiceCollection services)
    {
        var none = new NoNetwork();
        foreach (var socket in services.Where(IsWire).ToList())
        {
            services.Remove(socket);
            services.Add(new(socket.ServiceType, socket.ServiceKey, none));
        }
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new Silence(endpoint));

    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        throw new ConnectionAbortedException($"There is no node at {endpoint}: this registry has one node.");

    private static bool IsWire(ServiceDescriptor service) => service.IsKeyedService
        && (service.ServiceType == typeof(IConnectionListenerFactory) || service.ServiceType == typeof(IConnectionFactory));

    /// <summary>Somebody is waited for who never comes, until the node stops.</summary>
    private sealed class Silence(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint { get; } = endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            new(_end.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _end.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
