using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>versions/</c> of repositories: list and read, and the list of all versions there are.</summary>
internal static class VersionEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.RepositoryVersion);

    public static void MapVersions(this OperationMap operations)
    {
        operations.MapList(new ListOf<VersionRecord>(
            Prefix + "list", Address.Parameter(ResourceKind.Repository) + "versions/", VersionShape.Shape)
        {
            Before = RequireRepositoryAsync,
            Within = context => Of(context.RouteId()),
        });
        operations.MapList(new ListOf<VersionRecord>(
            "repository_versions_list", ResourceTable.Root + "repository_versions/", VersionShape.Shape));
        operations.Map(
            Operation.Answering(Prefix + "read", "GET", Address.Parameter(ResourceKind.RepositoryVersion), VersionShape.Shape) with
            {
                Parameters = ListParameters.OfRead(),
            },
            async (Guid id, int number, HttpContext context, IListing<VersionRecord> versions,
                CancellationToken cancellationToken) =>
                PulpJson.Answer(VersionShape.Shape.Write(
                    await versions.GetVersionAsync(id, number, cancellationToken), context.Request)));
    }

    /// <summary>That version of that repository.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public static async Task<VersionRecord> GetVersionAsync(
        this IListing<VersionRecord> versions, Guid repository, int number, CancellationToken cancellationToken) =>
        await versions.FindAsync(
            Match.Of("pulp_href__in", ResourceReference.Version(repository, number)), cancellationToken)
        ?? throw new RefusedException(PulpError.NotFound);

    private static Match Of(Guid repository) =>
        Match.Of("repository", new ResourceReference(ResourceKind.Repository, repository));

    private static async Task RequireRepositoryAsync(HttpContext context)
    {
        var index = context.RequestServices.GetRequiredService<IResourceIndex>();
        var missing = await index.FindMissingAsync(
            [new(ResourceKind.Repository, context.RouteId())], context.RequestAborted);
        if (missing.Count > 0)
            throw new RefusedException(PulpError.NotFound);
    }
}
