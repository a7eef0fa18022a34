using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Management;

/// <summary><c>repositories/container/container/</c>: create, list, read, update, delete.</summary>
internal static class RepositoryEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Repository);

    private static readonly Shape<RepositoryRecord> Shape = RepositoryShape.Shape;

    public static void MapRepositories(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Repository);
        operations.MapResource(ResourceKind.Repository, Shape);
        operations.Map(
            Operation.Answering(Prefix + "create", "POST", path, Shape, 201, RepositoryShape.Body), CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(RepositoryShape.Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.Repository), Shape, body),
                (Guid id, HttpContext context, References references, IListing<RepositoryRecord> repositories,
                    SignOnPushWish signOnPush, AcceptanceWish acceptance, Dispatch dispatch,
                    CancellationToken cancellationToken) => UpdateAsync(
                        id, body, context, references, repositories, signOnPush, acceptance, dispatch, cancellationToken));
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Repository)), DeleteAsync);
        operations.MapLabels(ResourceKind.Repository);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IRepositoryStore store, IListing<RepositoryRecord> repositories,
        IGrainFactory grains, SignOnPushWish signOnPush, AcceptanceWish acceptance, SigningRepositories signing,
        CancellationToken cancellationToken)
    {
        var values = await RepositoryShape.Body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = RepositoryShape.Together(RepositoryShape.Apply(values, RepositoryShape.New));
        RepositoryShape.RequireRights(RepositoryShape.New, wanted, context.Caller);
        wanted = await signOnPush.ApplyAsync(values, null, null, wanted, context.Caller, cancellationToken);
        wanted = wanted with { Accept = acceptance.Apply(values, null) };
        context.RequireTrustRights(wanted.Accept is not null);
        var id = await store.CreateAsync(wanted, cancellationToken);
        signing.Note(id, wanted.SignOnPush is not null);
        await grains.ScheduleSyncAsync(id, wanted);
        var created = await repositories.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.Repository, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<RepositoryRecord> repositories,
        SignOnPushWish signOnPush, AcceptanceWish acceptance, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await repositories.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = RepositoryShape.Together(
            RepositoryShape.Apply(values, body.IsPartial ? record.Settings : RepositoryShape.New));
        wanted = await signOnPush.ApplyAsync(
            values, id, record.Settings.SignOnPush, wanted, context.Caller, cancellationToken);
        wanted = wanted with { Accept = acceptance.Apply(values, body.IsPartial ? record.Settings.Accept : null) };
        context.RequireTrustRights(wanted.Accept != record.Settings.Accept);
        if (wanted == record.Settings)
            return PulpJson.Answer(Shape.Write(record, context.Request));
        RepositoryShape.RequireRights(record.Settings, wanted, context.Caller);
        await Unique.RequireAsync(repositories, id, record.Settings.Name, wanted.Name, cancellationToken);
        return await dispatch.UpdateAsync(
            RepositoryUpdate.Kind, new RepositoryUpdate(id, record.Settings, wanted), ResourceKind.Repository, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, HttpContext context, IListing<RepositoryRecord> repositories, IRepositoryStore store, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var record = await repositories.GetAsync(id, cancellationToken);
        context.RequireTrustRights(record.Settings.Accept is not null);
        var served = await store.BasePathsOfAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(
            RepositoryDeletion.Kind, new RepositoryDeletion(id, [.. served]), ResourceKind.Repository, id);
    }
}
