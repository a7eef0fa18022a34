using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansRegistry.Access;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary><c>distributions/container/container/</c>: create, list, read, update, delete.</summary>
internal static class DistributionEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Distribution);

    private static readonly Shape<DistributionRecord> Shape = DistributionShape.Shape;

    public static void MapDistributions(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Distribution);
        operations.MapResource(ResourceKind.Distribution, Shape);
        operations.Map(Operation.Async(Prefix + "create", "POST", path, DistributionShape.Body), CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(DistributionShape.Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.Distribution), Shape, body),
                (Guid id, HttpContext context, References references, IListing<DistributionRecord> distributions,
                    Dispatch dispatch, IOptions<AccessOptions> access, CancellationToken cancellationToken) =>
                    UpdateAsync(
                        id, body, context, references, distributions, dispatch, access.Value, cancellationToken));
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Distribution)), DeleteAsync);
        operations.MapLabels(ResourceKind.Distribution);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IListing<DistributionRecord> distributions, Dispatch dispatch,
        IOptions<AccessOptions> access, CancellationToken cancellationToken)
    {
        var values = await DistributionShape.Body.ReadAsync(context.Request, references, cancellationToken);
        var fresh = DistributionShape.New(access.Value.PrivateByDefault);
        var wanted = DistributionShape.Apply(values, fresh);
        context.RequireTrustRights(wanted.TrustPolicy is not null);
        await RequireUniqueAsync(distributions, null, fresh, wanted, cancellationToken);
        return await dispatch.SettleAsync(
            DistributionCreation.Kind, new DistributionCreation(Guid.CreateVersion7(), wanted),
            [], Read(wanted));
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<DistributionRecord> distributions,
        Dispatch dispatch, AccessOptions access, CancellationToken cancellationToken)
    {
        var record = await distributions.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = DistributionShape.Apply(values, body.IsPartial ? record.Settings : DistributionShape.New(access.PrivateByDefault));
        if (wanted == record.Settings)
            return PulpJson.Answer(Shape.Write(record, context.Request));
        context.RequireTrustRights(
            wanted.TrustPolicy != record.Settings.TrustPolicy
            || (wanted.TrustPolicy is not null && wanted.BasePath != record.Settings.BasePath));
        await RequireUniqueAsync(distributions, id, record.Settings, wanted, cancellationToken);
        return await dispatch.SettleAsync(
            DistributionUpdate.Kind, new DistributionUpdate(id, record.Settings, wanted),
            [Reservation.Of(ResourceKind.Distribution, id)], Read(wanted));
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, HttpContext context, IListing<DistributionRecord> distributions,
        IListing<RepositoryRecord> repositories, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await distributions.GetAsync(id, cancellationToken);
        context.RequireTrustRights(
            record.Settings.TrustPolicy is not null
            || (record.Settings.Repository is { } along
                && await repositories.FindAsync(along, cancellationToken) is { Settings.Accept: not null }));
        // The repository may go along, so it is changed as well.
        Reservation[] changed = record.Settings.Repository is { } repository
            ? [Reservation.Of(ResourceKind.Distribution, id), Reservation.Of(ResourceKind.Repository, repository)]
            : [Reservation.Of(ResourceKind.Distribution, id)];
        return await dispatch.SendAsync(
            DistributionDeletion.Kind,
            new DistributionDeletion(id, record.Settings.BasePath, record.Settings.Repository), changed);
    }

    private static Reservation[] Read(DistributionSettings settings) =>
        settings.Repository is { } repository ? [Reservation.Of(ResourceKind.Repository, repository)] : [];

    private static async Task RequireUniqueAsync(
        IListing<DistributionRecord> distributions, Guid? own, DistributionSettings before, DistributionSettings wanted,
        CancellationToken cancellationToken)
    {
        await Unique.RequireAsync(distributions, own, before.Name, wanted.Name, cancellationToken);
        await Unique.RequireAsync(
            distributions, own, before.BasePath, wanted.BasePath, cancellationToken, "base_path");
    }
}
