using System.Net;

namespace OrleansRegistry.Bench.Sides;

/// <summary>Ours, started by somebody else: loaded as it is, and left running.</summary>
internal sealed class StartedServer(IPEndPoint endpoint) : ISide
{
    public string Name => "ours";

    public Task<Installation> InstallAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new Installation(endpoint, command: null));
}
