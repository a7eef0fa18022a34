using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>signing-services/</c>: create, list, read, say who may use it, delete; and their public keys, for clients' policies.
/// </summary>
internal static class SigningServiceEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.SigningService);

    private static readonly Shape<SigningServiceRecord> Shape = SigningServiceShape.Shape;

    public static void MapSigningServices(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.SigningService);
        operations.MapResource(ResourceKind.SigningService, Shape);
        operations.Map(
            Operation.Answering(Prefix + "create", "POST", path, Shape, 201, SigningServiceShape.Body) with
            {
                Least = Role.Admin,
            },
            CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(SigningServiceShape.RightsBody))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.SigningService), Shape, body) with
                {
                    Least = Role.Admin,
                },
                (Guid id, HttpContext context, References references, IListing<SigningServiceRecord> services,
                    ISigningServiceStore store, CancellationToken cancellationToken) =>
                    ChangeAsync(id, body, context, references, services, store, cancellationToken));
        operations.Map(
            Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.SigningService)) with { Least = Role.Admin },
            DeleteAsync);
    }

    /// <summary><c>GET …/signing-services/&lt;id&gt;/public_key/</c>: the key as a file, not as JSON.</summary>
    public static void MapPublicKeys(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        Address.Route(Address.Parameter(ResourceKind.SigningService) + "public_key/"),
        async (Guid id, IListing<SigningServiceRecord> services, CancellationToken cancellationToken) =>
            Results.Text((await services.GetAsync(id, cancellationToken)).PublicKey, "text/plain", Encoding.ASCII))
        .Require(new Requirement.Nothing());

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, ISigningServiceCreation creation, IPublicKeys keys, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var values = await SigningServiceShape.Body.ReadAsync(context.Request, references, cancellationToken);
        var created = await creation.CreateAsync(SigningServiceShape.Read(values), cancellationToken);
        await dispatch.BesideAsync(AttributionTasks.Attribute(keys.Read(created.PublicKey)));
        return Created.At(
            Address.Href(ResourceKind.SigningService, created.Id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> ChangeAsync(
        Guid id, Body body, HttpContext context, References references, IListing<SigningServiceRecord> services,
        ISigningServiceStore store, CancellationToken cancellationToken)
    {
        var service = await services.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var rights = SigningServiceShape.ReadRights(values, body.IsPartial ? service.Rights : SigningRights.None);
        return await store.ChangeAsync(id, rights, cancellationToken)
            ? PulpJson.Answer(Shape.Write(service with { Rights = rights }, context.Request))
            : throw new RefusedException(PulpError.NotFound);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<SigningServiceRecord> services, Dispatch dispatch, CancellationToken cancellationToken)
    {
        await services.GetAsync(id, cancellationToken);
        return await dispatch.ChangeAsync(
            SigningServiceDeletion.Kind, new SigningServiceDeletion(id),
            ResourceKind.SigningService, id);
    }
}
