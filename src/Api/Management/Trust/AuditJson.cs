using System.Text.Json.Nodes;
using OrleansRegistry.Resources;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>What was asked of an audit, and what it found of an image, as JSON.</summary>
internal static class AuditJson
{
    public static IReadOnlyList<Field<AuditedImage>> ImageFields { get; } =
    [
        CommonFields.Text<AuditedImage>("name", record => record.Name),
        CommonFields.TextOrNull<AuditedImage>("tag", record => record.Tag?.ToString()),
        CommonFields.Text<AuditedImage>("manifest", record => record.Manifest.ToString()),
        new("valid", Schema.Flag, record => record.IsValid),
        new("was_valid", Schema.Flag.OrNull(), record => record.WasValid),
        CommonFields.TextOrNull<AuditedImage>("fingerprint", record => record.Fingerprint),
        CommonFields.Text<AuditedImage>("why", record => record.Why),
    ];

    public static JsonObject Of(AuditParameters parameters) => new()
    {
        ["repositories"] = parameters.Repositories is { } repositories
            ? PulpJson.Texts(repositories.Select(id => Address.Href(ResourceKind.Repository, id)))
            : null,
        ["namespace"] = parameters.Namespace is { } space ? Address.Href(ResourceKind.Namespace, space) : null,
        ["repository_version"] = parameters.Version is { } version
            ? Address.Href(ResourceReference.Version(version.Repository, version.Number))
            : null,
        ["policy"] = parameters.Policy is { } policy ? Address.Href(ResourceKind.TrustPolicy, policy) : null,
        ["keys"] = parameters.Keys is { } keys ? PulpJson.Texts(keys) : null,
        ["document"] = parameters.Document is { } document ? JsonNode.Parse(document) : null,
        ["without_keys"] = parameters.WithoutKeys is { } without ? PulpJson.Texts(without) : null,
        ["host"] = parameters.Host,
    };
}
