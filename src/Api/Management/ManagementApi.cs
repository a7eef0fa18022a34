using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Cluster;
using OrleansRegistry.Resources;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Management;

/// <summary>The management REST below <c>/pulp/</c>: an existing Pulp client manages this server with it.</summary>
public static class ManagementApi
{
    private const string DocumentPath = ResourceTable.Root + "docs/api.json";

    public static IServiceCollection AddManagementApi(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<IOutsideNames, OutsideNames>();
        services.AddSingleton<References>();
        services.AddSingleton<FilterValues>();
        services.AddSingleton<ListRequest>();
        services.AddSingleton<ContentUnits>();
        services.AddSingleton<ActionChecks>();
        services.AddSingleton<Dispatch>();
        services.AddSingleton<Following>();
        services.AddSingleton<OpenStreams>();
        services.AddSingleton<ApiDocument>();
        services.AddSingleton(provider => UploadShape.List(provider.GetRequiredService<IChunkedUploads>()));
        services.AddSingleton(provider => ClusterEndpoints.Workers(provider.GetRequiredService<IClusterMembers>()));
        services.AddSingleton<SignActions>();
        services.AddSingleton<SigningHost>();
        services.AddSingleton<AcceptanceWish>();
        services.AddSingleton<SignOnPushWish>();
        services.AddSingleton<SignedUnits>();
        services.AddSingleton<RevokedSubjects>();
        return services;
    }

    /// <summary>What must see a request before it is routed.</summary>
    public static void UseManagementApi(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/pulp", StringComparison.Ordinal)
            || context.Request.Path.StartsWithSegments("/revocations", StringComparison.Ordinal),
        branch => branch.UseMiddleware<PulpErrors>());

    public static void MapManagementApi(this IEndpointRouteBuilder endpoints)
    {
        var operations = new OperationMap(endpoints);
        operations.MapStatus();
        operations.MapRepositories();
        operations.MapActions();
        operations.MapSync();
        operations.MapReclaim();
        operations.MapPushRepositories();
        operations.MapVersions();
        operations.MapRemotes();
        operations.MapDistributions();
        operations.MapPullThroughRemotes();
        operations.MapPullThroughDistributions();
        operations.MapNamespaces();
        operations.MapContent();
        operations.MapSignatureHistory();
        operations.MapGenericLists();
        operations.MapTasks();
        operations.MapEvents();
        operations.MapUploads();
        operations.MapCluster();
        operations.MapUsers();
        operations.MapUserRoles();
        operations.MapSigning();
        operations.MapSigningKeys();
        operations.MapKeyRevocations();
        operations.MapTrustPolicies();
        operations.MapExplain();
        operations.MapAudits();
        operations.MapPulls();
        operations.MapExporters();
        operations.MapExports();
        operations.MapImporters();
        operations.MapImports();
        endpoints.MapExportDownload();
        endpoints.MapPublicKeys();
        endpoints.MapKeyring();
        endpoints.MapRevocationReports();
        endpoints.MapAuditResults();
        endpoints.MapClientPolicies();
        endpoints.MapRevocationList();
        endpoints.MapGet(DocumentPath, (ApiDocument document) => PulpJson.Answer(document.Json))
            .Require(new Requirement.Nothing());
        endpoints.MapGet("/docs", (ApiDocument document) =>
            Results.Text(DocsPage.Write(document.Json), "text/html", Encoding.UTF8))
            .Require(new Requirement.Nothing());
    }
}
