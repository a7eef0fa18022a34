using Microsoft.Extensions.Options;
using OrleansRegistry.Content;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Collection;

/// <summary>Collects the units that somebody named.</summary>
internal sealed class OrphanCleanupHandler(
    IContentSets sets, NamedOrphans orphans, IOptions<CollectionOptions> options, TimeProvider clock) : ITaskHandler
{
    public string Kind => OrphanCleanup.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (minutes, content) = context.Read<OrphanCleanup>();
        var before = clock.GetUtcNow() - (OrphanCleanup.Minutes(minutes) ?? options.Value.GracePeriod);
        var counts = CollectionCounts.None;
        foreach (var unit in NamedOrphans.InOrder(await sets.FindByIdAsync(content, cancellationToken)))
        {
            if (await orphans.CollectAsync(unit, before, cancellationToken))
                counts = NamedOrphans.Count(counts, unit.Unit.Kind);
            await context.ReportAsync(counts, ProgressReport.Running, cancellationToken);
        }

        await context.ReportAsync(counts, ProgressReport.Completed, cancellationToken);
    }
}
