namespace OrleansRegistry.Hosting;

/// <summary>Makes sure, once the node is up, that the cluster collects its garbage.</summary>
internal sealed partial class CollectionSchedule(
    IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<CollectionSchedule> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await HasStartedAsync(stoppingToken))
            return;
        using var retry = new PeriodicTimer(TimeSpan.FromSeconds(30));
        do
        {
            try
            {
                await grains.Collector().ScheduleAsync();
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogRetry(exception);
            }
        }
        while (await retry.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<bool> HasStartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource<bool>();
        await using var running = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var stopped = stoppingToken.Register(() => started.TrySetResult(false));
        return await started.Task;
    }

    [LoggerMessage(LogLevel.Warning, "Garbage collection is not scheduled yet; trying again")]
    private partial void LogRetry(Exception exception);
}
