using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>One kind of resource as clients know it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Parameter">
/// The name under which clients substitute its href into paths. Source: contract pulp-api.md, 2.3 and 2.6.
/// </param>
/// <param name="Place">The path of its list: below <see cref="ResourceTable.Root"/>, or below another resource.</param>
/// <param name="Model">What its PRN says it is.</param>
internal sealed record ResourceRow(ResourceKind Kind, string Parameter, string Place, string Model)
{
    /// <summary>The kind of resource that its list lies below, if any.</summary>
    public ResourceKind? Below { get; init; }

    /// <summary>The route of one, where the list does not lie below another resource: <c>id</c> is its id.</summary>
    public string Route { get; init; } = "{id:guid}/";
}

/// <summary>All kinds of resources: routes, hrefs, PRNs and the OpenAPI document follow from it.</summary>
internal static class ResourceTable
{
    public const string Root = "/pulp/api/v3/";

    public static IReadOnlyList<ResourceRow> Rows { get; } =
    [
        new(
            ResourceKind.Repository, "container_container_repository_href", "repositories/container/container/",
            "container.containerrepository"),
        new(ResourceKind.RepositoryVersion, "container_container_repository_version_href", "versions/", "core.repositoryversion")
        {
            Below = ResourceKind.Repository,
            Route = "{number:int}/",
        },
        new(
            ResourceKind.PushRepository, "container_container_push_repository_href",
            "repositories/container/container-push/", "container.containerpushrepository"),
        new(
            ResourceKind.Remote, "container_container_remote_href", "remotes/container/container/",
            "container.containerremote"),
        new(
            ResourceKind.PullThroughRemote, "container_container_pull_through_remote_href",
            "remotes/container/pull-through/", "container.containerpullthroughremote"),
        new(
            ResourceKind.Distribution, "container_container_distribution_href", "distributions/container/container/",
            "container.containerdistribution"),
        new(
            ResourceKind.PullThroughDistribution, "container_container_pull_through_distribution_href",
            "distributions/container/pull-through/", "container.containerpullthroughdistribution"),
        new(
            ResourceKind.Namespace, "container_container_namespace_href", "pulp_container/namespaces/",
            "container.containernamespace"),
        new(ResourceKind.Blob, "container_blob_href", "content/container/blobs/", "container.blob"),
        new(ResourceKind.Manifest, "container_manifest_href", "content/container/manifests/", "container.manifest"),
        new(ResourceKind.Tag, "container_tag_href", "content/container/tags/", "container.tag"),
        new(
            ResourceKind.Signature, "container_manifest_signature_href", "content/container/signatures/",
            "container.manifestsignature"),
        new(ResourceKind.Artifact, "artifact_href", "artifacts/", "core.artifact"),
        new(ResourceKind.Upload, "upload_href", "uploads/", "core.upload"),
        new(ResourceKind.Task, "task_href", "tasks/", "core.task"),
        new(ResourceKind.TaskGroup, "task_group_href", "task-groups/", "core.taskgroup"),
        new(ResourceKind.Worker, "worker_href", "workers/", "core.appstatus"),
        new(ResourceKind.SigningService, "signing_service_href", "signing-services/", "core.signingservice"),
        new(ResourceKind.SigningKey, "signing_key_href", "signing-keys/", "container.signingkey"),
        new(ResourceKind.KeyRevocation, "key_revocation_href", "key-revocations/", "container.keyrevocation"),
        new(ResourceKind.TrustPolicy, "container_trust_policy_href", "trust-policies/", "container.trustpolicy"),
        new(ResourceKind.TrustAudit, "container_trust_audit_href", "trust/audits/", "container.trustaudit"),
        new(ResourceKind.User, "auth_user_href", "users/", "auth.user"),
        new(ResourceKind.UserRole, "auth_users_user_role_href", "roles/", "core.userrole")
        {
            Below = ResourceKind.User,
            Route = "{role:guid}/",
        },
        new(ResourceKind.Exporter, "pulp_exporter_href", "exporters/core/pulp/", "core.pulpexporter"),
        new(ResourceKind.Export, "pulp_pulp_export_href", "exports/", "core.pulpexport")
        {
            Below = ResourceKind.Exporter,
            Route = "{export:guid}/",
        },
        new(ResourceKind.Importer, "pulp_importer_href", "importers/core/pulp/", "core.pulpimporter"),
        new(ResourceKind.Import, "pulp_pulp_import_href", "imports/", "core.pulpimport")
        {
            Below = ResourceKind.Importer,
            Route = "{import:guid}/",
        },
    ];

    private static readonly ResourceRow[] ByKind =
        [.. Enum.GetValues<ResourceKind>().Select(kind => Rows.Single(row => row.Kind == kind))];

    public static ResourceRow Of(ResourceKind kind) => ByKind[(int)kind];
}
