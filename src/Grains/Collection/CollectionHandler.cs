using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansRegistry.Hosting;
using OrleansRegistry.Tasks;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Collection;

/// <summary>Collects all garbage, slice by slice, and marks where it stands after each.</summary>
/// <remarks>
/// Slices may be repeated: deleting what is gone already changes nothing. One that fails is tried again, later each
/// time.
/// </remarks>
internal sealed partial class CollectionHandler(
    Collector collector,
    IOptions<CollectionOptions> options,
    IOptions<UploadOptions> uploads,
    TimeProvider clock,
    ILogger<CollectionHandler> logger) : ITaskHandler
{
    // In a row: what fails for a quarter of an hour is for people to see, and for the next run.
    private const int MostFailures = 24;

    public string Kind => CollectGarbage.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var cursor = context.Resume<CollectionCursor>() ?? Begin(context.Read<CollectGarbage>());
        var failures = 0;
        while (cursor.Phase is not CollectionPhase.Idle)
            try
            {
                await collector.SliceAsync(cursor, uploads.Value.IdleTimeout, cancellationToken);
                context.Mark(cursor);
                await context.ReportAsync(cursor.Counts, ProgressReport.Running, cancellationToken);
                failures = 0;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && ++failures < MostFailures)
            {
                var pause = Backoff.After(failures);
                LogPause(cursor.Phase, pause, failure);
                await Task.Delay(pause, clock, cancellationToken);
            }

        await context.ReportAsync(cursor.Counts, ProgressReport.Completed, cancellationToken);
    }

    private CollectionCursor Begin(CollectGarbage asked) => new()
    {
        Phase = CollectionPhase.Uploads,
        Before = clock.GetUtcNow() - (asked.GracePeriod ?? options.Value.GracePeriod),
    };

    [LoggerMessage(LogLevel.Warning, "Garbage collection failed at {Phase}; it goes on in {Pause}")]
    private partial void LogPause(CollectionPhase phase, TimeSpan pause, Exception failure);
}
