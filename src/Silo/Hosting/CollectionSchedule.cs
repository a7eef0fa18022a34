namespace OrleansRegistry.Hosting;

/// <summary>Makes sure, once the node is up, that the cluster collects its garbage.</summary>
internal sealed partial class CollectionSchedule(
    IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<CollectionSchedule> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
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

    [LoggerMessage(LogLevel.Warning, "Garbage collection is not scheduled yet; trying again")]
    private partial void LogRetry(Exception exception);
}
