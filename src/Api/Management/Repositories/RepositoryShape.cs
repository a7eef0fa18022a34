using System.Text.Json.Nodes;
using OrleansRegistry.Access;
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
            CommonFields.HrefOrNull<RepositoryRecord>(
                SignOnPushWish.Field, ResourceKind.SigningService, record => record.Settings.SignOnPush?.Service),
            CommonFields.HrefOrNull<RepositoryRecord>(
                "accept", ResourceKind.TrustPolicy, record => record.Settings.Accept?.Policy),
            CommonFields.NumberOrNull<RepositoryRecord>("accept_minutes", record => record.Settings.Accept?.Minutes),
            new("allow_sparse_indexes", Schema.Flag, record => record.Settings.AllowsSparseIndexes),
            CommonFields.TextOrNull<RepositoryRecord>("sync_schedule", record => record.Settings.SyncSchedule),
            new("sync_mirror", Schema.Flag, record => record.Settings.SyncMirrors),
            new("sync_signed_only", Schema.Flag, record => record.Settings.SyncsSignedOnly),
            new("last_sync", Schema.Object.OrNull(), record => LastSync(record.LastSync)),
        ]);

    public static Body Body { get; } = new(
        "container.ContainerRepository",
        BodyFields.Name("name").Required,
        BodyFields.Text("description").OrNull,
        BodyFields.Resource("remote", ResourceKind.Remote).OrNull,
        BodyFields.Integer("retain_repo_versions", 1).OrNull,
        BodyFields.Integer("retain_checkpoints", 1).OrNull,
        BodyFields.Labels("pulp_labels"),
        BodyFields.Resource("manifest_signing_service", ResourceKind.SigningService).OrNull,
        BodyFields.Resource(SignOnPushWish.Field, ResourceKind.SigningService).OrNull,
        BodyFields.Resource("accept", ResourceKind.TrustPolicy).OrNull,
        BodyFields.Integer("accept_minutes", 0).OrNull,
        BodyFields.Flag("allow_sparse_indexes"),
        BodyFields.Recurrence("sync_schedule").OrNull,
        BodyFields.Flag("sync_mirror"),
        BodyFields.Flag("sync_signed_only"));

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
        SignOnPush = before.SignOnPush, // SignOnPushWish has a say in it
        AllowsSparseIndexes = values.Get("allow_sparse_indexes", before.AllowsSparseIndexes),
        SyncSchedule = values.Get("sync_schedule", before.SyncSchedule),
        SyncMirrors = values.Get("sync_mirror", before.SyncMirrors),
        SyncsSignedOnly = values.Get("sync_signed_only", before.SyncsSignedOnly),
    };

    /// <summary>Refuses what makes no sense together.</summary>
    /// <exception cref="RefusedException">It is to be synchronised, and nothing says from where.</exception>
    public static RepositorySettings Together(RepositorySettings settings) =>
        settings is { SyncSchedule: not null, Remote: null }
            ? throw RefusedException.Field("sync_schedule", "A repository that is synchronised by itself needs a remote.")
            : settings;

    /// <summary>Refuses what only administrators may set.</summary>
    /// <exception cref="RefusedException">The caller is none.</exception>
    public static void RequireRights(RepositorySettings before, RepositorySettings after, Caller caller)
    {
        if (after.AllowsSparseIndexes && !before.AllowsSparseIndexes && caller.Role < Role.Admin)
            throw RefusedException.Field(
                "allow_sparse_indexes", "Only an administrator lets a repository hold indexes without all their images.");
    }

    private static JsonObject? LastSync(LastSync? sync) => sync is null ? null : new()
    {
        ["task"] = Address.Href(ResourceKind.Task, sync.Task),
        ["started_at"] = PulpJson.Time(sync.StartedAt),
        ["state"] = sync.Outcome,
    };

    public static RepositorySettings New { get; } = new("", null, null, null, null, []);
}
