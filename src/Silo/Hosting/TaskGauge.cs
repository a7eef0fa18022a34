using OrleansRegistry.Tasks;

namespace OrleansRegistry.Hosting;

/// <summary>Looks every few seconds how many tasks of the whole cluster have not ended, for <c>/metrics</c>.</summary>
internal sealed partial class TaskGauge(ITaskCensus census, ILogger<TaskGauge> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between);
        do
            try
            {
                Measures.UnfinishedTasks = await census.CountAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Measures.UnfinishedTasks = new Dictionary<TaskState, long>(); // an old number would be taken for a new one
                LogMissed(exception);
            }
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(
            tick => tick is { IsCompletedSuccessfully: true, Result: true }, TaskScheduler.Default));
    }

    [LoggerMessage(LogLevel.Debug, "The tasks were not counted")]
    private partial void LogMissed(Exception exception);
}
