using Microsoft.AspNetCore.Http;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The addresses of signing: of a repository, and of one manifest outside of any.</summary>
internal static class SignEndpoints
{
    public static void MapSigning(this OperationMap operations)
    {
        operations.MapSigningServices();
        operations.Map(
            Operation.Async(
                "repositories_container_container_sign", "POST", Address.Parameter(ResourceKind.Repository) + "sign/",
                SignBodies.Repository),
            (Guid id, HttpContext context, SignActions actions, CancellationToken cancellationToken) =>
                actions.SignRepositoryAsync(id, context, cancellationToken));
        operations.Map(
            Operation.Async(
                "content_container_manifests_sign", "POST", Address.Parameter(ResourceKind.Manifest) + "sign/", SignBodies.Manifest),
            (Guid id, HttpContext context, SignActions actions, CancellationToken cancellationToken) =>
                actions.SignManifestAsync(id, context, cancellationToken));
    }
}
