using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Resources;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Management;

/// <summary><c>repositories/reclaim_space/</c>. Source: Pulp's REST: reclaim.</summary>
internal static class ReclaimEndpoints
{
    private const string Repositories = "repo_hrefs";
    private const string Kept = "repo_versions_keeplist";
    private const string Everything = "*";

    private const int MostKept = 1_000;

    private static readonly Body Body = new(
        "ReclaimSpace", BodyFields.Texts(Repositories).Required, BodyFields.Texts(Kept))
    {
        MostBytes = Body.ListBytes,
    };

    public static void MapReclaim(this OperationMap operations) => operations.Map(
        Operation.Async(
            "repositories_reclaim_space_reclaim", "POST", ResourceTable.Root + "repositories/reclaim_space/", Body) with
        {
            Least = Role.Admin,
        },
        ReclaimAsync);

    private static async Task<IResult> ReclaimAsync(
        HttpContext context, References references, IResourceIndex index, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var named = values.Get<List<string>>(Repositories, []);
        if (named.Count == 0)
            throw RefusedException.Field(Repositories, "Must not be [].");
        if (named.Contains(Everything) && named.Count > 1)
            throw RefusedException.Field(Repositories, "Can't specify specific HREFs when using '*'.");
        var kept = await ReadAsync(
            Kept, values.Get<List<string>>(Kept, []), ResourceKind.RepositoryVersion, references, index, cancellationToken);
        if (kept.Count > MostKept)
            throw RefusedException.Field(Kept, $"At most {MostKept} versions are taken at once.");
        Guid[]? repositories = named.Contains(Everything)
            ? null
            : [.. (await ReadAsync(Repositories, named, ResourceKind.Repository, references, index, cancellationToken))
                .Select(repository => repository.Id)];
        return await dispatch.SendAsync(
            new Reclaim(repositories, [.. kept.Select(version => new KeptVersion(version.Id, version.Number))]).Ask());
    }

    private static async Task<IReadOnlyList<ResourceReference>> ReadAsync(
        string field, IReadOnlyList<string> named, ResourceKind kind, References references, IResourceIndex index,
        CancellationToken cancellationToken)
    {
        var found = new List<ResourceReference>();
        foreach (var name in named.Distinct())
            found.Add(await references.ParseAsync(name, cancellationToken) is { } resource && resource.Kind == kind
                ? resource
                : throw RefusedException.Field(field, $"URI not valid: {name}"));
        return await index.FindMissingAsync(found, cancellationToken) is [var missing, ..]
            ? throw RefusedException.Field(field, $"There is no '{Address.Href(missing)}'.")
            : found;
    }
}
