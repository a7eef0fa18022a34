using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Cluster;

namespace OrleansRegistry.Management;

/// <summary><c>GET status/</c>: what runs here, and whether it is well. Source: Pulp's REST: status.</summary>
internal static class StatusEndpoint
{
    private sealed record Status(StoreStatus Store, IReadOnlyList<Worker> Online);

    private static readonly Shape<Status> Shape = new(
        "Status",
        new("versions", Schema.ListOf(Schema.Object), _ => new JsonArray([.. Versions.All.Select(one => new JsonObject
        {
            ["component"] = one.Component,
            ["version"] = one.Version,
            ["package"] = one.Package,
            ["module"] = one.Component,
            ["domain_compatible"] = true,
        })])),
        new("online_workers", Schema.ListOf(Schema.Object), status => Apps(status)),
        new("online_api_apps", Schema.ListOf(Schema.Object), status => Apps(status)),
        new("online_content_apps", Schema.ListOf(Schema.Object), status => Apps(status)),
        new(
            "database_connection", Schema.Object,
            status => new JsonObject { ["connected"] = status.Store.IsDatabaseConnected }),
        new("redis_connection", Schema.Object, _ => new JsonObject { ["connected"] = false }),
        new("storage", Schema.Object, status => new JsonObject
        {
            ["total"] = status.Store.TotalBytes,
            ["used"] = status.Store.UsedBytes,
            ["free"] = status.Store.FreeBytes,
        }),
        new("content_settings", Schema.Object, (_, request) => new JsonObject
        {
            ["content_origin"] = request.HttpContext.RequestServices.GetRequiredService<PublicAddress>().RootOf(request),
            ["content_path_prefix"] = "/v2/",
        }),
        new("domain_enabled", Schema.Flag, _ => false));

    public static void MapStatus(this OperationMap operations) => operations.Map(
        Operation.Answering("status_read", "GET", "/pulp/api/v3/status/", Shape) with { IsPublic = true },
        async (HttpContext context, IStoreStatus stores, IClusterMembers members,
            CancellationToken cancellationToken) =>
        {
            var store = await stores.GetAsync(cancellationToken);
            var online = store.IsDatabaseConnected ? await members.ListAsync(cancellationToken) : [];
            return PulpJson.Answer(
                Shape.Write(new(store, [.. online.Where(node => node.IsOnline)]), context.Request));
        });

    private static JsonArray Apps(Status status) => new([.. status.Online.Select(node => new JsonObject
    {
        ["name"] = node.Name,
        ["last_heartbeat"] = PulpJson.Time(node.LastHeartbeat),
        ["versions"] = Versions.Map,
    })]);
}
