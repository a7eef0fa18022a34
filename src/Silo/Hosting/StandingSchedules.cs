using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Schedules;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Hosting;

/// <summary>
/// Makes sure, once the node is up, that the cluster has the schedules that every cluster has, and those that the settings of
/// repositories ask for: whoever set them may have died in between.
/// </summary>
internal sealed partial class StandingSchedules(
    IGrainFactory grains,
    IEnumerable<StandingSchedule> schedules,
    IListing<RepositoryRecord> repositories,
    IHostApplicationLifetime lifetime,
    ILogger<StandingSchedules> logger) : BackgroundService
{
    private const int PerPage = 500;

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
                await SetSyncsAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogRetry(exception);
            }
        }
        while (await retry.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SetSyncsAsync(CancellationToken stoppingToken)
    {
        var scheduled = Match.Of("is_scheduled", true);
        for (var offset = 0; ;)
        {
            var page = await repositories.ListAsync(new(scheduled, [new("pulp_id", false)], PerPage, offset), stoppingToken);
            foreach (var repository in page)
                await grains.ScheduleSyncAsync(repository.Id, repository.Settings);
            if (page.Count < PerPage)
                return;
            offset += PerPage;
        }
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
