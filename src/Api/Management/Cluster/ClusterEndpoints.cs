using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Cluster;
using OrleansRegistry.Collection;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>workers/</c>, the nodes of the cluster; <c>orphans/cleanup/</c>.</summary>
internal static class ClusterEndpoints
{
    private static readonly Shape<Worker> WorkerShape = new(
        "Worker",
        [
            .. CommonFields.Of<Worker>(
                ResourceKind.Worker, worker => worker.Id, worker => worker.StartedAt, worker => worker.LastHeartbeat),
            CommonFields.Text<Worker>("name", worker => worker.Name),
            new("last_heartbeat", Schema.Time, worker => PulpJson.Time(worker.LastHeartbeat)),
            new("versions", Schema.Object, _ => Versions.Map),
            CommonFields.Null<Worker>("current_task"),
        ]);

    private static readonly Body Cleanup = new(
        "OrphansCleanup", BodyFields.Texts("content_hrefs"), BodyFields.Minutes("orphan_protection_time").OrNull)
    {
        MostBytes = Body.ListBytes,
    };

    public static void MapCluster(this OperationMap operations)
    {
        operations.MapResource(ResourceKind.Worker, WorkerShape);
        operations.Map(
            Operation.Async("orphans_cleanup_cleanup", "POST", ResourceTable.Root + "orphans/cleanup/", Cleanup) with
            {
                Least = Role.Admin,
            },
            CleanUpAsync);
    }

    private static async Task<IResult> CleanUpAsync(
        HttpContext context, References references, ContentUnits units, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var values = await Cleanup.ReadAsync(context.Request, references, cancellationToken);
        var named = values.Find<List<string>>("content_hrefs");
        if (named is { Count: 0 })
            throw RefusedException.Field("content_hrefs", "This list may not be empty.");
        var content = named is null ? null : await units.ReadAsync("content_hrefs", named, cancellationToken);
        var minutes = values.Get<long?>("orphan_protection_time", null);
        return content is null
            ? await dispatch.SendAsync(CollectGarbage.Request(OrphanCleanup.Minutes(minutes)))
            : await dispatch.SendAsync(
                OrphanCleanup.Kind, new OrphanCleanup(minutes, content), [OrphanCleanup.Lane]);
    }

    /// <summary>The nodes as a list.</summary>
    public static IListing<Worker> Workers(IClusterMembers members) => new MemoryListing<Worker>(
        members.ListAsync,
        [
            .. MemoryFilters.Identity<Worker>(ResourceKind.Worker, worker => worker.Id),
            .. MemoryFilters.Names<Worker>("name", worker => worker.Name),
            .. MemoryFilters.Times<Worker>("last_heartbeat", worker => worker.LastHeartbeat),
            new(new("online", FilterType.Flag), (worker, values) => worker.IsOnline == (bool)values[0]!),
            new(new("missing", FilterType.Flag), (worker, values) => worker.IsOnline != (bool)values[0]!),
        ],
        new Dictionary<string, Func<Worker, object?>>
        {
            ["pk"] = worker => worker.Id,
            ["name"] = worker => worker.Name,
            ["last_heartbeat"] = worker => worker.LastHeartbeat,
            ["pulp_created"] = worker => worker.StartedAt,
            ["pulp_last_updated"] = worker => worker.LastHeartbeat,
        });
}
