using System.Diagnostics;
using System.Net;

namespace OrleansRegistry.Bench.Sides;

/// <summary>A registry's command, address and belongings: data directory, database. Disposing it removes them.</summary>
/// <param name="endpoint">Where the registry will answer, in plain HTTP.</param>
/// <param name="command">How to start it; null when somebody else did.</param>
/// <param name="belongings">What to remove in the end, in this order.</param>
internal sealed class Installation(
    IPEndPoint endpoint, ProcessStartInfo? command, params IReadOnlyList<IAsyncDisposable> belongings)
    : IAsyncDisposable
{
    /// <summary>False for a registry that was running already: it can be loaded, but not restarted or weighed.</summary>
    public bool CanStart => command is not null;

    /// <summary>Starts it and waits until <c>GET /v2/</c> answers 200. Data of an earlier start is still there.</summary>
    public async Task<RunningRegistry> StartAsync(CancellationToken cancellationToken)
    {
        var process = command is null ? null : new ServerProcess(command);
        try
        {
            var startTime = await Readiness.WaitAsync(endpoint, process, cancellationToken);
            return new RunningRegistry(endpoint, process, startTime);
        }
        catch when (process is not null)
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var belonging in belongings)
            await belonging.DisposeAsync();
    }
}
