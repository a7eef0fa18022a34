using Microsoft.Extensions.Hosting;

namespace OrleansRegistry.Hosting;

internal static class Lifetimes
{
    /// <summary>Ends when the node has started: then its grains can be asked.</summary>
    public static async Task StartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
