using Microsoft.AspNetCore.Http;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary><c>pulp_container/namespaces/</c>: create, list, read, delete. Source: Pulp's REST: namespaces.</summary>
internal static class NamespaceEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.Namespace);

    private static readonly Shape<NamespaceRecord> Shape = new(
        "container.ContainerNamespace",
        [
            .. CommonFields.Of<NamespaceRecord>(
                ResourceKind.Namespace, record => record.Id, record => record.CreatedAt),
            CommonFields.Text<NamespaceRecord>("name", record => record.Name),
            CommonFields.Labels<NamespaceRecord>(record => record.Labels),
            CommonFields.HrefOrNull<NamespaceRecord>(
                "trust_policy", ResourceKind.TrustPolicy, record => record.TrustPolicy),
        ]);

    private static readonly Body Body = new(
        "container.ContainerNamespace", BodyFields.Text("name", 255).Required, BodyFields.Labels("pulp_labels"),
        BodyFields.Resource("trust_policy", ResourceKind.TrustPolicy).OrNull);

    private static readonly Body Update = new Body(
        "container.ContainerNamespaceTrust", BodyFields.Resource("trust_policy", ResourceKind.TrustPolicy).OrNull) with
    {
        IsPartial = true,
    };

    public static void MapNamespaces(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Namespace);
        operations.MapResource(ResourceKind.Namespace, Shape);
        operations.Map(Operation.Answering(Prefix + "create", "POST", path, Shape, 201, Body), CreateAsync);
        operations.Map(
            Operation.Updating(Prefix + "partial_update", "PATCH", Address.Parameter(ResourceKind.Namespace), Shape, Update), UpdateAsync);
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.Namespace)), DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, INamespaceStore store, IListing<NamespaceRecord> namespaces,
        CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var name = values.Get("name", "");
        if (name.Contains('/') || !RepositoryName.TryParse(name, out _))
            throw RefusedException.Field("name", "Enter the first component of a base path.");
        context.RequireTrustRights(values.Get<ResourceReference?>("trust_policy", null) is not null);
        var id = await store.CreateAsync(
            name, values.Get("pulp_labels", new Labels()), values.Get<ResourceReference?>("trust_policy", null)?.Id,
            cancellationToken);
        var created = await namespaces.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.Namespace, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, HttpContext context, References references, IListing<NamespaceRecord> namespaces, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var record = await namespaces.GetAsync(id, cancellationToken);
        var values = await Update.ReadAsync(context.Request, references, cancellationToken);
        var wanted = values.Has("trust_policy")
            ? values.Get<ResourceReference?>("trust_policy", null)?.Id
            : record.TrustPolicy;
        context.RequireTrustRights(wanted != record.TrustPolicy);
        return wanted == record.TrustPolicy
            ? PulpJson.Answer(Shape.Write(record, context.Request))
            : await dispatch.UpdateAsync(
                NamespaceUpdate.Kind, new NamespaceUpdate(id, wanted), ResourceKind.Namespace, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, HttpContext context, IListing<NamespaceRecord> namespaces, IListing<DistributionRecord> distributions,
        INamespaceStore store, Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await namespaces.GetAsync(id, cancellationToken);
        context.RequireTrustRights(record.TrustPolicy is not null || await distributions.FindAsync(
            Conjunction.Of(
                Match.Of("namespace", new ResourceReference(ResourceKind.Namespace, id)),
                Match.Of("is_held", true)),
            cancellationToken) is not null);
        var below = await store.DistributionsOfAsync(id, cancellationToken);
        return await dispatch.SendAsync(
            NamespaceDeletion.Kind, new NamespaceDeletion(id, [.. below]),
            [
                Reservation.Of(ResourceKind.Namespace, id),
                .. below.Select(one => Reservation.Of(ResourceKind.Distribution, one.Id)),
                // They go along where nothing else serves them.
                .. below.Select(one => one.Repository).OfType<Guid>().Distinct()
                    .Select(repository => Reservation.Of(ResourceKind.Repository, repository)),
            ]);
    }
}
