using OrleansRegistry.Tasks;

namespace OrleansRegistry.Collection;

/// <summary>Starts a garbage collection, and follows it to its end.</summary>
public sealed class OrphanCleanupHandler(IGrainFactory grains) : ITaskHandler
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public string Kind => OrphanCleanup.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var minutes = context.Read<OrphanCleanup>().ProtectionMinutes;
        var collector = grains.Collector();
        var progress = await collector.StartAsync(minutes is { } time ? TimeSpan.FromMinutes(time) : null);
        try
        {
            while (progress.Phase is not CollectionPhase.Idle)
            {
                await Task.Delay(Pause, cancellationToken);
                progress = await collector.GetProgressAsync();
                await ReportAsync(context, progress.Counts, "running", cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            await collector.CancelAsync();
            throw;
        }

        await ReportAsync(context, progress.Counts, "completed", cancellationToken);
    }

    private static async Task ReportAsync(
        TaskContext context, CollectionCounts counts, string state, CancellationToken cancellationToken)
    {
        var content = counts.Signatures + counts.Tags + counts.Manifests + counts.Blobs;
        await context.ReportAsync(
            new("Clean up orphan Content", "clean-up.content", state, null, content), cancellationToken);
        await context.ReportAsync(
            new("Clean up orphan Artifacts", "clean-up.artifacts", state, null, counts.Blobs), cancellationToken);
    }
}
