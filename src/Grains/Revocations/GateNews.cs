using Microsoft.Extensions.Hosting;
using OrleansRegistry.Events;

namespace OrleansRegistry.Revocations;

/// <summary>Tells the gate of a node when something was decided anywhere, sooner than its lease runs out.</summary>
internal sealed class GateNews(IEventSource source, RevocationGate gate, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var feed = source.Listen(happened => happened is GateChanged, most: 1);
        while (!stoppingToken.IsCancellationRequested)
        {
            await feed.WaitAsync(Pause, clock, stoppingToken);
            if (feed.Take() is not ({ Count: 0 }, 0))
                gate.Forget();
        }
    }
}
