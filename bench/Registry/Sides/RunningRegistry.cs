using System.Net;

namespace OrleansRegistry.Bench.Sides;

/// <summary>A registry that answers. Disposing it stops the process, if it is ours to stop.</summary>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Process">Null when somebody else started it.</param>
/// <param name="StartTime">From the start of the process to the first 200 of <c>GET /v2/</c>.</param>
internal sealed record RunningRegistry(IPEndPoint Endpoint, ServerProcess? Process, TimeSpan StartTime)
    : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
