using Microsoft.AspNetCore.Http;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The addresses of the actions on repositories and on their versions.</summary>
internal static class ActionEndpoints
{
    private const string Prefix = "repositories_container_container_";

    private delegate Task<IResult> RepositoryAction(
        Guid id, HttpContext context, RepositoryActions actions, CancellationToken cancellationToken);

    public static void MapActions(this OperationMap operations)
    {
        operations.Map("add", ActionBodies.Add, (id, http, run, token) => run.AddAsync(id, http, token));
        operations.Map("remove", ActionBodies.Remove, (id, http, run, token) => run.RemoveAsync(id, http, token));
        operations.Map("modify", ActionBodies.Modify, (id, http, run, token) => run.ModifyAsync(id, http, token));
        operations.Map("tag", ActionBodies.Tag, (id, http, run, token) => run.TagAsync(id, http, token));
        operations.Map("untag", ActionBodies.Untag, (id, http, run, token) => run.UntagAsync(id, http, token));
        operations.Map(
            "copy_tags", ActionBodies.CopyTags, (id, http, run, token) => run.CopyTagsAsync(id, http, token));
        operations.Map(
            "copy_manifests", ActionBodies.CopyManifests,
            (id, http, run, token) => run.CopyManifestsAsync(id, http, token));
        operations.Map(
            "remove_image", ActionBodies.RemoveImage,
            (id, http, run, token) => run.RemoveImageAsync(id, http, token));
        operations.Map(
            "remove_signatures", ActionBodies.RemoveSignatures,
            (id, http, run, token) => run.RemoveSignaturesAsync(id, http, token));
        operations.Map(
            "rollback", ActionBodies.RollBack, (id, http, run, token) => run.RollBackAsync(id, http, token));
        operations.Map(
            Operation.Async(Prefix + "versions_delete", "DELETE", HrefParameters.Version), DeleteVersionAsync);
        operations.Map(
            Operation.Async(
                Prefix + "versions_repair", "POST", HrefParameters.Version + "repair/", ActionBodies.Repair),
            RepairAsync);
    }

    private static void Map(this OperationMap operations, string name, Body body, RepositoryAction action) =>
        operations.Map(Operation.Async(Prefix + name, "POST", $"{HrefParameters.Repository}{name}/", body), action);

    private static async Task<IResult> DeleteVersionAsync(
        Guid id, int number, IListing<VersionRecord> versions, IListing<RepositoryRecord> repositories,
        IListing<DistributionRecord> distributions, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await versions.GetVersionAsync(id, number, cancellationToken);
        var repository = await repositories.GetAsync(id, cancellationToken);
        var pinned = Match.Of("repository_version", ResourceReference.Version(id, number));
        var latest = Match.Of("repository", new ResourceReference(ResourceKind.Repository, id));
        var serving = await distributions.FindAsync(
            number == repository.Head ? new Disjunction([pinned, latest]) : pinned, cancellationToken);
        return serving is null
            ? await dispatch.SendAsync(RepositoryTasks.DeleteVersion(id, number))
            : throw new RefusedException(PulpError.Bare(
                $"The repository version cannot be deleted because it (or its publications) are currently being used "
                + $"by the distribution '{serving.Settings.Name}'."));
    }

    private static async Task<IResult> RepairAsync(
        Guid id, int number, HttpContext context, References references, IListing<VersionRecord> versions,
        Dispatch dispatch, CancellationToken cancellationToken)
    {
        await versions.GetVersionAsync(id, number, cancellationToken);
        var values = await ActionBodies.Repair.ReadAsync(context.Request, references, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Repair(id, number, values.Get("verify_checksums", true)));
    }
}
