using Microsoft.AspNetCore.Http;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>What is done to a repository's past, and with it. Source: Pulp's REST: repository versions.</summary>
internal static class VersionActions
{
    private static readonly string Prefix = Address.Operations(ResourceKind.RepositoryVersion);

    private static readonly Body RepairBody = new("Repair", BodyFields.Flag("verify_checksums"));

    public static ContentAction RollBack { get; } = new(
        "rollback",
        new("RollBack", BodyFields.Integer("number", 0).Required),
        async request =>
        {
            var number = request.Values.Get("number", 0);
            await request.Checks.RequireVersionAsync(request.Repository.Id, number, request.Token);
            return new RollBack(number);
        });

    public static void MapVersionActions(this OperationMap operations)
    {
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.RepositoryVersion)), DeleteAsync);
        operations.Map(
            Operation.Async(Prefix + "repair", "POST", Address.Parameter(ResourceKind.RepositoryVersion) + "repair/", RepairBody), RepairAsync);
    }

    private static async Task<IResult> DeleteAsync(
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
        var values = await RepairBody.ReadAsync(context.Request, references, cancellationToken);
        return await dispatch.SendAsync(RepositoryTasks.Repair(
            id, number, values.Get("verify_checksums", true)));
    }
}
