using Microsoft.AspNetCore.Http;
using OrleansRegistry.Cluster;
using OrleansRegistry.Collection;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary><c>workers/</c>, the nodes of the cluster; <c>signing-services/</c>; <c>orphans/cleanup/</c>.</summary>
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

    private static readonly Shape<SigningServiceRecord> SigningServiceShape = new(
        "SigningService",
        [
            .. CommonFields.Of<SigningServiceRecord>(
                ResourceKind.SigningService, service => service.Id, service => service.CreatedAt),
            CommonFields.Text<SigningServiceRecord>("name", service => service.Name),
            CommonFields.Text<SigningServiceRecord>("public_key", service => service.PublicKey),
            CommonFields.Text<SigningServiceRecord>("pubkey_fingerprint", service => service.Fingerprint),
            CommonFields.Text<SigningServiceRecord>("script", service => service.Script),
        ]);

    private static readonly Body Cleanup = new(
        "OrphansCleanup", BodyFields.Integer("orphan_protection_time", 0).OrNull);

    public static void MapCluster(this OperationMap operations)
    {
        operations.MapList(new ListOf<Worker>("workers_list", Address.Collection(ResourceKind.Worker), WorkerShape));
        operations.MapRead("workers_read", HrefParameters.Worker, WorkerShape);
        operations.MapList(new ListOf<SigningServiceRecord>(
            "signing_services_list", Address.Collection(ResourceKind.SigningService), SigningServiceShape));
        operations.MapRead("signing_services_read", HrefParameters.SigningService, SigningServiceShape);
        operations.Map(
            Operation.Async("orphans_cleanup_cleanup", "POST", Address.Root + "orphans/cleanup/", Cleanup),
            async (HttpContext context, References references, Dispatch dispatch,
                CancellationToken cancellationToken) =>
            {
                var values = await Cleanup.ReadAsync(context.Request, references, cancellationToken);
                return await dispatch.SendAsync(
                    OrphanCleanup.Name, OrphanCleanup.Kind,
                    new OrphanCleanup(values.Get<int?>("orphan_protection_time", null)),
                    ["/api/v3/orphans/cleanup/"]);
            });
    }

    /// <summary>The nodes as a list.</summary>
    public static IListing<Worker> Workers(IClusterMembers members) => new MemoryListing<Worker>(
        members.ListAsync,
        new Dictionary<Filter, Func<Worker, object?, bool>>(
            MemoryFilters.Identity<Worker>(ResourceKind.Worker, worker => worker.Id)
                .WithNames(worker => worker.Name)
                .WithTimes("last_heartbeat", worker => worker.LastHeartbeat))
        {
            [new("online", FilterType.Flag)] = (worker, value) => worker.IsOnline == (bool)value!,
            [new("missing", FilterType.Flag)] = (worker, value) => worker.IsOnline != (bool)value!,
        },
        new Dictionary<string, Func<Worker, object?>>
        {
            ["pk"] = worker => worker.Id,
            ["name"] = worker => worker.Name,
            ["last_heartbeat"] = worker => worker.LastHeartbeat,
            ["pulp_created"] = worker => worker.StartedAt,
        });

    /// <summary>A list of signing services that has none.</summary>
    public static IListing<SigningServiceRecord> NoSigningServices() => new MemoryListing<SigningServiceRecord>(
        _ => Task.FromResult<IReadOnlyList<SigningServiceRecord>>([]),
        MemoryFilters.Identity<SigningServiceRecord>(ResourceKind.SigningService, service => service.Id)
            .WithNames(service => service.Name),
        new Dictionary<string, Func<SigningServiceRecord, object?>>
        {
            ["pk"] = service => service.Id,
            ["name"] = service => service.Name,
            ["pulp_created"] = service => service.CreatedAt,
        });
}
