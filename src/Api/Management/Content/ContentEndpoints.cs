using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>Content of every kind, the files of blobs, and the lists that span all types.</summary>
internal static class ContentEndpoints
{
    private static readonly string[] ArtifactFilters =
    [
        "pulp_href__in", "prn__in", "pulp_id__in", "md5", "sha1", "sha224", "sha256", "sha384", "sha512",
        "repository_version", "orphaned_for",
    ];

    // A blob whose bytes are to come is no file yet.
    private static readonly Condition Here = Match.Of("promised", false);

    public static void MapContent(this OperationMap operations)
    {
        operations.MapKind(ResourceKind.Blob, ContentShapes.Blob);
        operations.MapKind(ResourceKind.Manifest, ContentShapes.Manifest, DescribeAsync);
        operations.MapKind(ResourceKind.Tag, ContentShapes.Tag);
        operations.MapKind(ResourceKind.Signature, ContentShapes.Signature);
        operations.MapList(new ListOf<BlobRecord>(
            "artifacts_list", Address.Collection(ResourceKind.Artifact), ContentShapes.Artifact)
        {
            Offers = filter => ArtifactFilters.Contains(filter.Name),
            Within = _ => Here,
        });
        operations.MapRead("artifacts_read", Address.Parameter(ResourceKind.Artifact), ContentShapes.Artifact, within: Here);
        operations.MapArtifactCreation();
    }

    public static void MapGenericLists(this OperationMap operations)
    {
        operations.MapGeneric<ContentRecord>("content", ContentShapes.Any);
        operations.MapGeneric<RepositoryRecord>("repositories", RepositoryShape.Shape);
        operations.MapGeneric<RemoteRecord>("remotes", RemoteShape.Shape);
        operations.MapGeneric<DistributionRecord>("distributions", DistributionShape.Shape);
    }

    private static void MapGeneric<T>(this OperationMap operations, string name, Shape<T> shape)
        where T : class => operations.MapList(new ListOf<T>($"{name}_list", $"{ResourceTable.Root}{name}/", shape)
        {
            Offers = filter => filter.Scope is FilterScope.Always or FilterScope.Generic,
        });

    private static void MapKind<T>(
        this OperationMap operations, ResourceKind kind, Shape<T> shape, Func<HttpContext, Task>? before = null)
        where T : class
    {
        operations.MapResource(kind, shape, before: before);
        operations.MapLabels(kind);
    }

    private static Task DescribeAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<IManifestDescriber>().DescribeSomeAsync(context.RequestAborted);
}
