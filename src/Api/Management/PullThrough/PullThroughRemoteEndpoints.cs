using Microsoft.AspNetCore.Http;
using OrleansRegistry.Lists;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Remotes;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>remotes/container/pull-through/</c>: create, list, read, update, delete. Remotes of a whole registry, with the fields
/// of others but <c>upstream_name</c>. Source: Pulp's REST: remotes.
/// </summary>
internal static class PullThroughRemoteEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.PullThroughRemote);
    private const ResourceKind Kind = ResourceKind.PullThroughRemote;

    // Layers come when somebody pulls them: nothing else makes sense of a whole registry.
    private const string OnlyPolicy = "on_demand";

    private static readonly Body Body = RemoteBody.Body with
    {
        Name = "container.ContainerPullThroughRemote",
        Fields =
        [
            .. RemoteBody.Body.Fields.Where(field => field.Name is not ("upstream_name" or "include_tags" or "exclude_tags"))
                .Select(field => field.Name == "policy" ? BodyFields.Choice(field.Name, OnlyPolicy) : field),
        ],
    };

    private static readonly RemoteSettings New = RemoteBody.New with { Policy = OnlyPolicy };

    private static readonly Shape<PullThroughRemote> Shape = new(
        Body.Name,
        [
            .. CommonFields.Of<PullThroughRemote>(
                Kind, record => record.Remote.Id, record => record.Remote.CreatedAt, record => record.Remote.UpdatedAt),
            .. RemoteShape.Shape.Fields
                .Where(field => field.Name is not (
                    "pulp_href" or "prn" or "pulp_created" or "pulp_last_updated" or "upstream_name"))
                .Select(field => new Field<PullThroughRemote>(
                    field.Name, field.Schema, (record, request) => field.Read(record.Remote, request))),
        ]);

    public static void MapPullThroughRemotes(this OperationMap operations)
    {
        var path = Address.Collection(Kind);
        operations.MapResource(ResourceKind.PullThroughRemote, Shape);
        operations.Map(Operation.Answering(Prefix + "create", "POST", path, Shape, 201, Body), CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.PullThroughRemote), Shape, body),
                (Guid id, HttpContext context, References references, IListing<PullThroughRemote> remotes,
                    IRemoteStore store, IRemoteTrust trust, Dispatch dispatch, CancellationToken cancellationToken) =>
                    UpdateAsync(id, body, context, references, remotes, store, trust, dispatch, cancellationToken));
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.PullThroughRemote)), DeleteAsync);
        operations.MapLabels(Kind);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IRemoteStore store, IRemoteTrust trust,
        IListing<PullThroughRemote> remotes, CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var (wanted, kept) = (RemoteBody.Apply(values, New), RemoteBody.Apply(values, new RemoteSecrets()));
        RemoteBody.RequireTogether(wanted, kept);
        trust.Require(wanted);
        var id = await store.CreateAsync(wanted, kept, cancellationToken);
        var created = await remotes.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(Kind, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<PullThroughRemote> remotes,
        IRemoteStore store, IRemoteTrust trust, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await remotes.GetAsync(id, cancellationToken);
        var before = record.Remote.Settings;
        var secrets = await store.FindSecretsAsync(id, cancellationToken)
            ?? throw new RefusedException(PulpError.NotFound);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = RemoteBody.Apply(values, body.IsPartial ? before : New);
        var kept = RemoteBody.Apply(values, body.IsPartial ? secrets : new());
        if (RemoteUpdate.IsSame(wanted, before) && kept == secrets)
            return PulpJson.Answer(Shape.Write(record, context.Request));
        RemoteBody.RequireTogether(wanted, kept);
        trust.Require(wanted);
        await Unique.RequireAsync(remotes, id, before.Name, wanted.Name, cancellationToken);
        return await dispatch.UpdateAsync(
            RemoteUpdate.Kind,
            new RemoteUpdate(id, before, wanted, store.SealForUpdate(id, secrets), store.SealForUpdate(id, kept)),
            Kind, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<PullThroughRemote> remotes, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await remotes.GetAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(RemoteDeletion.Kind, new RemoteDeletion(id), Kind, id);
    }
}
