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

    // A run outlives the node that this attempt runs on: by the task's id the next attempt recognises it.
    private async Task CollectAllAsync(TimeSpan? spared, TaskContext context, CancellationToken cancellationToken)
    {
        var collector = grains.Collector();
        try
        {
            // One that goes on by itself spares other content than was asked for.
            var progress = await collector.GetProgressAsync();
            while (progress.TaskId != context.Id)
            {
                if (progress.Phase is CollectionPhase.Idle)
                    progress = await collector.StartAsync(spared, context.Id);
                else
                    progress = await NextAsync(collector, cancellationToken);
            }

            var counts = progress.Counts;
            while (progress.TaskId == context.Id && progress.Phase is not CollectionPhase.Idle)
            {
                progress = await NextAsync(collector, cancellationToken);
                if (progress.TaskId == context.Id)
                    counts = progress.Counts; // another run may have begun since
                await ReportAsync(context, counts, "running", cancellationToken);
            }

            await ReportAsync(context, counts, "completed", cancellationToken);
        }
        catch (Exception) when (context.IsCancelled)
        {
            if ((await collector.GetProgressAsync()).TaskId == context.Id)
                await collector.CancelAsync();
            throw;
        }
    }

    private static async Task<CollectionProgress> NextAsync(
        ICollectorGrain collector, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, cancellationToken);
        return await collector.GetProgressAsync();
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
