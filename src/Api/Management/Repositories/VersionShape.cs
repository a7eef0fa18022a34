using System.Text.Json.Nodes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>A repository version in answers. Source: Pulp's REST: repository versions.</summary>
internal static class VersionShape
{
    public static Shape<VersionRecord> Shape { get; } = new(
        "RepositoryVersion",
        [
            .. CommonFields.Of<VersionRecord>(
                Href,
                record => Address.Prn(ResourceKind.RepositoryVersion, record.Id),
                record => record.Version.CreatedAt),
            new("number", Schema.Integer, record => record.Version.Number),
            new("repository", Schema.Text, record => Address.Href(ResourceKind.Repository, record.Repository)),
            CommonFields.Null<VersionRecord>("base_version"),
            new("content_summary", Schema.Object, Summary),
            CommonFields.Null<VersionRecord>("vuln_report"),
        ]);

    private static string Href(VersionRecord record) =>
        Address.Href(ResourceReference.Version(record.Repository, record.Version.Number));

    private static JsonObject Summary(VersionRecord record) => new()
    {
        ["added"] = Counts(record, record.Version.Added, "repository_version_added"),
        ["removed"] = Counts(record, record.Version.Removed, "repository_version_removed"),
        ["present"] = Counts(record, record.Version.Present, "repository_version"),
    };

    // Kinds of which there is none are left out.
    private static JsonObject Counts(VersionRecord record, ContentCounts counts, string filter)
    {
        var json = new JsonObject();
        foreach (var (name, kind, count) in new[]
        {
            ("container.blob", ResourceKind.Blob, counts.Blobs),
            ("container.manifest", ResourceKind.Manifest, counts.Manifests),
            ("container.tag", ResourceKind.Tag, counts.Tags),
            ("container.signature", ResourceKind.Signature, counts.Signatures),
        })
            if (count > 0)
                json[name] = new JsonObject
                {
                    ["count"] = count,
                    ["href"] = $"{Address.Collection(kind)}?{filter}={Href(record)}",
                };
        return json;
    }
}
