using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary><c>distributions/container/pull-through/</c>: create, list, read, update, delete.</summary>
internal static class PullThroughDistributionEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.PullThroughDistribution);
    private const ResourceKind Kind = ResourceKind.PullThroughDistribution;

    private static readonly Shape<PullThroughRecord> Shape = PullThroughShape.Shape;

    public static void MapPullThroughDistributions(this OperationMap operations)
    {
        var path = Address.Collection(Kind);
        operations.MapResource(ResourceKind.PullThroughDistribution, Shape);
        operations.Map(Operation.Async(Prefix + "create", "POST", path, PullThroughShape.Body), CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(PullThroughShape.Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.PullThroughDistribution), Shape, body),
                (Guid id, HttpContext context, References references, IListing<PullThroughRecord> distributions,
                    Dispatch dispatch, IOptions<AccessOptions> access, CancellationToken cancellationToken) =>
                    UpdateAsync(
                        id, body, context, references, distributions, dispatch, access.Value, cancellationToken));
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.PullThroughDistribution)), DeleteAsync);
        operations.MapLabels(Kind);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IListing<PullThroughRecord> distributions, Dispatch dispatch,
        IOptions<AccessOptions> access, CancellationToken cancellationToken)
    {
        var values = await PullThroughShape.Body.ReadAsync(context.Request, references, cancellationToken);
        var fresh = PullThroughShape.New(access.Value.PrivateByDefault);
        var wanted = PullThroughShape.Apply(values, fresh);
        await RequireUniqueAsync(distributions, null, fresh, wanted, cancellationToken);
        return await dispatch.SettleAsync(
            PullThroughCreation.Kind, new PullThroughCreation(Guid.CreateVersion7(), wanted),
            [], Read(wanted));
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<PullThroughRecord> distributions,
        Dispatch dispatch, AccessOptions access, CancellationToken cancellationToken)
    {
        var record = await distributions.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = PullThroughShape.Apply(
            values, body.IsPartial ? record.Settings : PullThroughShape.New(access.PrivateByDefault));
        if (wanted == record.Settings)
            return PulpJson.Answer(Shape.Write(record, context.Request));
        await RequireUniqueAsync(distributions, id, record.Settings, wanted, cancellationToken);
        return await dispatch.SettleAsync(
            PullThroughUpdate.Kind, new PullThroughUpdate(id, record.Settings, wanted),
            [Reservation.Of(Kind, id)], Read(wanted));
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<PullThroughRecord> distributions, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await distributions.GetAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(
            PullThroughDeletion.Kind, new PullThroughDeletion(id), Kind, id);
    }

    private static Reservation[] Read(PullThroughSettings settings) =>
        settings.Remote is { } remote ? [Reservation.Of(ResourceKind.PullThroughRemote, remote)] : [];

    private static async Task RequireUniqueAsync(
        IListing<PullThroughRecord> distributions, Guid? own, PullThroughSettings before, PullThroughSettings wanted,
        CancellationToken cancellationToken)
    {
        await Unique.RequireAsync(distributions, own, before.Name, wanted.Name, cancellationToken);
        await Unique.RequireAsync(distributions, own, before.BasePath, wanted.BasePath, cancellationToken, "base_path");
    }
}
