using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansRegistry.Schedules;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Collection;

/// <summary>What a node needs to collect garbage, and how collections show what they did.</summary>
public static class CollectionSetup
{
    public static IServiceCollection AddCollection(this IServiceCollection services) => services
        .AddSingleton<Collector>()
        .AddSingleton<NamedOrphans>()
        .AddTaskHandler<CollectionHandler>()
        .AddTaskHandler<OrphanCleanupHandler>()
        .AddSingleton(provider => new StandingSchedule("collection", new(
            Recurrence.Interval(provider.GetRequiredService<IOptions<CollectionOptions>>().Value.Every),
            CollectGarbage.Request(null))));

    internal static async Task ReportAsync(
        this TaskContext context,
        CollectionCounts counts,
        Func<string, string, long, long?, ProgressReport> report,
        CancellationToken cancellationToken)
    {
        var content = counts.Signatures + counts.Tags + counts.Manifests + counts.Blobs;
        await context.ReportAsync(
            report("Clean up orphan Content", "clean-up.content", content, null), cancellationToken);
        await context.ReportAsync(
            report("Clean up orphan Artifacts", "clean-up.artifacts", counts.Blobs, null), cancellationToken);
    }
}
