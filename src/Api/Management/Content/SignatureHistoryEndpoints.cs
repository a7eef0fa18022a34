using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>versions/&lt;n&gt;/signatures/</c>: the signatures in a version, with when they came and left; and
/// <c>manifests/&lt;id&gt;/signature-history/</c>: all signatures of a manifest, with where they were.
/// </summary>
/// <remarks>
/// History passes no gate: it serves no signature, it tells that there was one, and that its key is revoked.
/// </remarks>
internal static class SignatureHistoryEndpoints
{
    public static void MapSignatureHistory(this OperationMap operations)
    {
        operations.MapList(new ListOf<VersionSignature>(
            "repositories_container_container_versions_signatures", Address.Parameter(ResourceKind.RepositoryVersion) + "signatures/",
            SignatureHistoryShapes.InVersion)
        {
            Before = context => RequireAsync(context, VersionOf(context)),
            Within = context => Match.Of("repository_version", VersionOf(context)),
        });
        operations.MapList(new ListOf<SignatureHistory>(
            "content_container_manifests_signature_history", Address.Parameter(ResourceKind.Manifest) + "signature-history/",
            SignatureHistoryShapes.OfManifest)
        {
            Before = context => RequireAsync(context, new(ResourceKind.Manifest, context.RouteId())),
            Within = context => Match.Of("manifest", context.RouteId()),
        });
    }

    private static ResourceReference VersionOf(HttpContext context) => ResourceReference.Version(
        context.RouteId(), int.Parse((string)context.GetRouteValue("number")!, CultureInfo.InvariantCulture));

    private static async Task RequireAsync(HttpContext context, ResourceReference resource)
    {
        var index = context.RequestServices.GetRequiredService<IResourceIndex>();
        if ((await index.FindMissingAsync([resource], context.RequestAborted)).Count > 0)
            throw new RefusedException(PulpError.NotFound);
    }
}
