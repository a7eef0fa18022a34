using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>A repository, in answers and in requests. Source: Pulp's REST: repositories.</summary>
internal static class RepositoryShape
{
    public static Shape<RepositoryRecord> Shape { get; } = new(
        "container.ContainerRepository",
        [
            .. CommonFields.Of<RepositoryRecord>(
                ResourceKind.Repository, record => record.Id, record => record.CreatedAt, record => record.UpdatedAt),
            new("versions_href", Schema.Text, record => Address.Href(ResourceKind.Repository, record.Id) + "versions/"),
            new(
                "latest_version_href", Schema.Text,
                record => Address.Href(ResourceReference.Version(record.Id, record.Head))),
            CommonFields.Text<RepositoryRecord>("name", record => record.Settings.Name),
            CommonFields.TextOrNull<RepositoryRecord>("description", record => record.Settings.Description),
            CommonFields.Labels<RepositoryRecord>(record => record.Settings.Labels),
            CommonFields.HrefOrNull<RepositoryRecord>("remote", ResourceKind.Remote, record => record.Settings.Remote),
            CommonFields.NumberOrNull<RepositoryRecord>(
                "retain_repo_versions", record => record.Settings.RetainVersions),
            CommonFields.NumberOrNull<RepositoryRecord>(
                "retain_checkpoints", record => record.Settings.RetainCheckpoints),
            CommonFields.HrefOrNull<RepositoryRecord>(
                "manifest_signing_service", ResourceKind.SigningService, record => record.Settings.SigningService),
        ]);

    public static Body Body { get; } = new(
        "container.ContainerRepository",
        BodyFields.Name("name").Required,
        BodyFields.Text("description").OrNull,
        BodyFields.Resource("remote", ResourceKind.Remote).OrNull,
        BodyFields.Integer("retain_repo_versions", 1).OrNull,
        BodyFields.Integer("retain_checkpoints", 1).OrNull,
        BodyFields.Labels("pulp_labels"),
        BodyFields.Resource("manifest_signing_service", ResourceKind.SigningService).OrNull);

    /// <summary>The settings after a request: what it does not mention stays as it was.</summary>
    public static RepositorySettings Apply(BodyValues values, RepositorySettings before) => new(
        values.Get("name", before.Name),
        values.Get("description", before.Description),
        values.Has("remote") ? values.Get<ResourceReference?>("remote", null)?.Id : before.Remote,
        values.Get("retain_repo_versions", before.RetainVersions),
        values.Get("retain_checkpoints", before.RetainCheckpoints),
        values.Get("pulp_labels", before.Labels))
    {
        SigningService = values.Has("manifest_signing_service")
            ? values.Get<ResourceReference?>("manifest_signing_service", null)?.Id
            : before.SigningService,
    };

    public static RepositorySettings New { get; } = new("", null, null, null, null, []);
}
