using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansRegistry.Hosting;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>Has a task take away what was not accepted in time. Every node looks; of the same, one task comes.</summary>
internal sealed partial class AcceptanceWatch(
    IAcceptanceStore store, ITaskDispatcher dispatcher, IOptions<SigningOptions> options, IHostApplicationLifetime lifetime,
    TimeProvider clock, ILogger<AcceptanceWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        using var timer = new PeriodicTimer(options.Value.NewTagsInterval, clock);
        do
            try
            {
                foreach (var overdue in await store.FindOverdueAsync(stoppingToken))
                    await dispatcher.DispatchAsync(IdOf(overdue), AcceptanceTasks.Accept(overdue));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(exception);
            }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // One that failed is asked for again an hour later.
    private Guid IdOf(OverdueTags overdue)
    {
        Span<byte> wish = stackalloc byte[28];
        overdue.Repository.TryWriteBytes(wish);
        BitConverter.TryWriteBytes(wish[16..], overdue.Head);
        BitConverter.TryWriteBytes(wish[20..], clock.GetUtcNow().ToUnixTimeSeconds() / 3600);
        return new(SHA256.HashData(wish).AsSpan(0, 16));
    }

    [LoggerMessage(LogLevel.Warning, "What was not accepted in time is not taken away yet; looking again")]
    private partial void LogLater(Exception exception);
}
