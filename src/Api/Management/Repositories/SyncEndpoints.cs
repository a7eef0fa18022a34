using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Lists;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Management;

/// <summary><c>sync/</c> of repositories, and the report of the last one. Source: Pulp's REST: repository actions, sync.</summary>
internal static class SyncEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Repository);
    private const string Remote = "remote";

    private static readonly Body Body = new(
        "container.ContainerRepositorySyncURL",
        BodyFields.Resource(Remote, ResourceKind.Remote),
        BodyFields.Flag("mirror"),
        BodyFields.Flag("signed_only"),
        BodyFields.Flag("strict"));

    private static readonly Shape<SyncEntry> Entry = new(
        "container.SyncReportEntry",
        CommonFields.Text<SyncEntry>("reference", entry => entry.Reference),
        CommonFields.TextOrNull<SyncEntry>("outcome", entry => entry.Outcome),
        CommonFields.TextOrNull<SyncEntry>("reason", entry => entry.Reason),
        CommonFields.TextOrNull<SyncEntry>("message", entry => entry.Message),
        CommonFields.TextOrNull<SyncEntry>("digest", entry => entry.Digest?.ToString()),
        new("notes", Schema.ListOf(Schema.Text), entry => PulpJson.Texts(entry.Notes)),
        new("manifests", Schema.Integer, entry => entry.Brought.Manifests),
        new("blobs", Schema.Integer, entry => entry.Brought.Blobs),
        new("signatures", Schema.Integer, entry => entry.Brought.Signatures),
        new("bytes", Schema.Integer, entry => entry.Brought.Bytes));

    public static void MapSync(this OperationMap operations)
    {
        operations.Map(Operation.Async(Prefix + "sync", "POST", Address.Parameter(ResourceKind.Repository) + "sync/", Body), SyncAsync);
        operations.MapList(new ListOf<SyncEntry>(
            Prefix + "sync_report", Address.Parameter(ResourceKind.Repository) + "sync-report/", Entry)
        {
            Before = context => context.RequestServices.GetRequiredService<IListing<RepositoryRecord>>()
                .GetAsync(context.RouteId(), context.RequestAborted),
            Within = context => Match.Of(
                "repository", new ResourceReference(ResourceKind.Repository, context.RouteId())),
        });
    }

    private static async Task<IResult> SyncAsync(
        Guid id, HttpContext context, IListing<RepositoryRecord> repositories, IListing<RemoteRecord> remotes,
        References references, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var repository = await repositories.GetAsync(id, cancellationToken);
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var remote = values.Get<ResourceReference?>(Remote, null)?.Id
            ?? repository.Settings.Remote
            ?? throw RefusedException.Field(
                Remote, "This field is required, for the repository has no remote of its own.");
        await remotes.GetAsync(remote, cancellationToken);
        return await dispatch.SendAsync(SyncTasks.Sync(new(
            id, remote, values.Get("mirror", false), values.Get("signed_only", false), values.Get("strict", false))));
    }
}
