using Microsoft.Extensions.Options;
using OrleansRegistry.Content;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Collection;

/// <summary>Starts a garbage collection and follows it to its end, or collects some units alone.</summary>
public sealed class OrphanCleanupHandler(
    IGrainFactory grains,
    IContentSets sets,
    NamedOrphans orphans,
    IOptions<CollectionOptions> options,
    TimeProvider clock) : ITaskHandler
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // So far back nothing was touched.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365 * 100);

    public string Kind => OrphanCleanup.Kind;

    public bool IsLong => true;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (minutes, content) = context.Read<OrphanCleanup>();
        TimeSpan? spared = minutes is { } time && time < Longest.TotalMinutes ? TimeSpan.FromMinutes(time)
            : minutes is null ? null
            : Longest;
        return content is null
            ? CollectAllAsync(spared, context, cancellationToken)
            : CollectAsync(content, clock.GetUtcNow() - (spared ?? options.Value.GracePeriod), context, cancellationToken);
    }

    private async Task CollectAllAsync(TimeSpan? spared, TaskContext context, CancellationToken cancellationToken)
    {
        var collector = grains.Collector();

        // One that goes on by itself spares other content than was asked for.
        while ((await collector.GetProgressAsync()).Phase is not CollectionPhase.Idle)
            await Task.Delay(Pause, cancellationToken);
        try
        {
            var progress = await collector.StartAsync(spared);
            while (progress.Phase is not CollectionPhase.Idle)
            {
                await Task.Delay(Pause, cancellationToken);
                progress = await collector.GetProgressAsync();
                await ReportAsync(context, progress.Counts, "running", cancellationToken);
            }

            await ReportAsync(context, progress.Counts, "completed", cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await collector.CancelAsync();
            throw;
        }
    }

    private async Task CollectAsync(
        Guid[] content, DateTimeOffset before, TaskContext context, CancellationToken cancellationToken)
    {
        var counts = CollectionCounts.None;
        foreach (var unit in NamedOrphans.InOrder(await sets.FindByIdAsync(content, cancellationToken)))
        {
            if (await orphans.CollectAsync(unit, before, cancellationToken))
                counts = NamedOrphans.Count(counts, unit.Unit.Kind);
            await ReportAsync(context, counts, "running", cancellationToken);
        }

        await ReportAsync(context, counts, "completed", cancellationToken);
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
