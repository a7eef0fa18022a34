using Microsoft.AspNetCore.Http;
using OrleansRegistry.Lists;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>pulp_container/namespaces/</c>: create, list, read, delete. Source: Pulp's REST: namespaces.</summary>
internal static class NamespaceEndpoints
{
    private const string Prefix = "pulp_container_namespaces_";

    private static readonly Shape<NamespaceRecord> Shape = new(
        "container.ContainerNamespace",
        [
            .. CommonFields.Of<NamespaceRecord>(
                ResourceKind.Namespace, record => record.Id, record => record.CreatedAt),
            CommonFields.Text<NamespaceRecord>("name", record => record.Name),
            CommonFields.Labels<NamespaceRecord>(record => record.Labels),
        ]);

    private static readonly Body Body = new(
        "container.ContainerNamespace", BodyFields.Text("name", 255).Required, BodyFields.Labels("pulp_labels"));

    public static void MapNamespaces(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.Namespace);
        operations.MapList(new ListOf<NamespaceRecord>(Prefix + "list", path, Shape));
        operations.MapRead(Prefix + "read", HrefParameters.Namespace, Shape);
        operations.Map(Operation.Answering(Prefix + "create", "POST", path, Shape, 201, Body), CreateAsync);
        operations.Map(Operation.Async(Prefix + "delete", "DELETE", HrefParameters.Namespace), DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, INamespaceStore store, IListing<NamespaceRecord> namespaces,
        CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var name = values.Get("name", "");
        if (name.Contains('/') || !RepositoryName.TryParse(name, out _))
            throw RefusedException.Field("name", "Enter the first component of a base path.");
        var id = await store.CreateAsync(name, values.Get("pulp_labels", new Labels()), cancellationToken);
        var created = await namespaces.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.Namespace, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<NamespaceRecord> namespaces, INamespaceStore store, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        await namespaces.GetAsync(id, cancellationToken);
        var below = await store.DistributionsOfAsync(id, cancellationToken);
        return await dispatch.SendAsync(
            Dispatch.DeleteMany, NamespaceDeletion.Kind, new NamespaceDeletion(id, [.. below]),
            [
                Address.Prn(ResourceKind.Namespace, id),
                .. below.Select(one => Address.Prn(ResourceKind.Distribution, one.Id)),
                // They go along where nothing else serves them.
                .. below.Select(one => one.Repository).OfType<Guid>().Distinct()
                    .Select(repository => Address.Prn(ResourceKind.Repository, repository)),
            ]);
    }
}
