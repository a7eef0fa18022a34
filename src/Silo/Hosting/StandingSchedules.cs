using OrleansRegistry.Schedules;

namespace OrleansRegistry.Hosting;

/// <summary>Makes sure, once the node is up, that the cluster has the schedules that every cluster has.</summary>
internal sealed partial class StandingSchedules(
    IGrainFactory grains,
    IEnumerable<StandingSchedule> schedules,
    IHostApplicationLifetime lifetime,
    ILogger<StandingSchedules> logger) : BackgroundService
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
                foreach (var (name, schedule) in schedules)
                    await grains.Schedule(name).SetAsync(schedule);
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

    [LoggerMessage(LogLevel.Warning, "What is done again and again is not scheduled yet; trying again")]
    private partial void LogRetry(Exception exception);
}
