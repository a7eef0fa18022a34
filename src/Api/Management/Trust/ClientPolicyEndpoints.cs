using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>trust-policies/&lt;id&gt;/client/</c>, which is no operation of the document: what clients need to judge as this server does,
/// each as a file that podman and skopeo read as it is.
/// </summary>
internal static class ClientPolicyEndpoints
{
    public static void MapClientPolicies(this IEndpointRouteBuilder endpoints) => endpoints.MapMethods(
        Address.Route(Address.Parameter(ResourceKind.TrustPolicy)) + "client/",
        ["GET", "HEAD"],
        async (Guid id, string? form, HttpContext context, IListing<TrustPolicyRecord> policies, ITrustDocuments documents,
            PublicAddress address, CancellationToken cancellationToken) =>
        {
            var document = (await policies.GetAsync(id, cancellationToken)).Settings.Document;
            return form switch
            {
                null or "policy" => File(
                    await documents.ForClientsAsync(document, cancellationToken), "application/json", "policy.json"),
                "keyring" => File(
                    await documents.KeyringAsync(document, cancellationToken), "application/pgp-keys", "keyring.asc"),
                "registries" => File(
                    Registries(address.HostOf(context.Request), address.RootOf(context.Request)), "application/yaml",
                    "registry.yaml"),
                _ => throw RefusedException.Field(
                    "form", $"\"{form}\" is not a valid choice: policy, keyring or registries."),
            };
        })
        .Require(new Requirement.OfRole(Role.Reader));

    // Source: containers-registries.d(5). Without it, no client fetches what cosign attaches.
    private static string Registries(string host, string root) =>
        $"docker:\n  {host}:\n    lookaside: {root}/lookaside\n    use-sigstore-attachments: true\n";

    private static IResult File(string text, string type, string name) =>
        Results.File(Encoding.UTF8.GetBytes(text), type, name);
}
