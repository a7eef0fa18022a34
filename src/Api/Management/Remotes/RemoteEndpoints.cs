using Microsoft.AspNetCore.Http;
using OrleansRegistry.Lists;
using OrleansRegistry.Remotes;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>remotes/container/container/</c>: create, list, read, update, delete.</summary>
internal static class RemoteEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Remote);

    private static readonly Shape<RemoteRecord> Shape = RemoteShape.Shape;

    public static void MapRemotes(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Remote);
        operations.MapResource(ResourceKind.Remote, Shape);
        operations.Map(Operation.Answering(Prefix + "create", "POST", path, Shape, 201, RemoteBody.Body), CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(RemoteBody.Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.Remote), Shape, body),
                (Guid id, HttpContext context, References references, IListing<RemoteRecord> remotes,
                    IRemoteStore store, IRemoteTrust trust, Dispatch dispatch, CancellationToken cancellationToken) =>
                    UpdateAsync(id, body, context, references, remotes, store, trust, dispatch, cancellationToken));
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Remote)), DeleteAsync);
        operations.MapLabels(ResourceKind.Remote);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IRemoteStore store, IRemoteTrust trust,
        IListing<RemoteRecord> remotes, CancellationToken cancellationToken)
    {
        var values = await RemoteBody.Body.ReadAsync(context.Request, references, cancellationToken);
        var (wanted, kept) = (RemoteBody.Apply(values, RemoteBody.New), RemoteBody.Apply(values, new RemoteSecrets()));
        RemoteBody.RequireTogether(wanted, kept);
        trust.Require(wanted);
        var id = await store.CreateAsync(wanted, kept, cancellationToken);
        var created = await remotes.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.Remote, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<RemoteRecord> remotes,
        IRemoteStore store, IRemoteTrust trust, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await remotes.GetAsync(id, cancellationToken);
        var secrets = await store.FindSecretsAsync(id, cancellationToken)
            ?? throw new RefusedException(PulpError.NotFound);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = RemoteBody.Apply(values, body.IsPartial ? record.Settings : RemoteBody.New);
        var kept = RemoteBody.Apply(values, body.IsPartial ? secrets : new());
        if (RemoteUpdate.IsSame(wanted, record.Settings) && kept == secrets)
            return PulpJson.Answer(Shape.Write(record, context.Request));
        RemoteBody.RequireTogether(wanted, kept);
        trust.Require(wanted);
        await Unique.RequireAsync(remotes, id, record.Settings.Name, wanted.Name, cancellationToken);
        return await dispatch.UpdateAsync(
            RemoteUpdate.Kind,
            new RemoteUpdate(
                id, record.Settings, wanted, store.SealForUpdate(id, secrets), store.SealForUpdate(id, kept)),
            ResourceKind.Remote, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<RemoteRecord> remotes, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await remotes.GetAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(
            RemoteDeletion.Kind, new RemoteDeletion(id), ResourceKind.Remote, id);
    }
}
