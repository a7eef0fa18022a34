using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>
/// The names under which clients substitute hrefs into paths, and the routes that they stand for. Source: contract
/// pulp-api.md, 2.3 and 2.6.
/// </summary>
internal static class HrefParameters
{
    public const string Repository = "{container_container_repository_href}";
    public const string PushRepository = "{container_container_push_repository_href}";
    public const string Version = "{container_container_repository_version_href}";
    public const string Remote = "{container_container_remote_href}";
    public const string Distribution = "{container_container_distribution_href}";
    public const string PullThroughRemote = "{container_container_pull_through_remote_href}";
    public const string PullThroughDistribution = "{container_container_pull_through_distribution_href}";
    public const string Namespace = "{container_container_namespace_href}";
    public const string Blob = "{container_blob_href}";
    public const string Manifest = "{container_manifest_href}";
    public const string Tag = "{container_tag_href}";
    public const string Signature = "{container_manifest_signature_href}";
    public const string Task = "{task_href}";
    public const string TaskGroup = "{task_group_href}";
    public const string Worker = "{worker_href}";
    public const string Artifact = "{artifact_href}";
    public const string Upload = "{upload_href}";
    public const string SigningService = "{signing_service_href}";
    public const string SigningKey = "{signing_key_href}";
    public const string KeyRevocation = "{key_revocation_href}";
    public const string TrustPolicy = "{container_trust_policy_href}";
    public const string TrustAudit = "{container_trust_audit_href}";
    public const string User = "{auth_user_href}";
    public const string UserRole = "{auth_users_user_role_href}";

    public const string Exporter = "{pulp_exporter_href}";
    public const string Export = "{pulp_pulp_export_href}";
    public const string Importer = "{pulp_importer_href}";
    public const string Import = "{pulp_pulp_import_href}";

    public const string PushRepositories = Address.Root + "repositories/container/container-push/";

    private static readonly (string Parameter, string Route)[] All =
    [
        (Version, $"{Address.Collection(ResourceKind.Repository)}{{id:guid}}/versions/{{number:int}}/"),
        (PushRepository, PushRepositories + "{id:guid}/"),
        (Repository, RouteOf(ResourceKind.Repository)),
        (Remote, RouteOf(ResourceKind.Remote)),
        (Distribution, RouteOf(ResourceKind.Distribution)),
        (PullThroughRemote, RouteOf(ResourceKind.PullThroughRemote)),
        (PullThroughDistribution, RouteOf(ResourceKind.PullThroughDistribution)),
        (Namespace, RouteOf(ResourceKind.Namespace)),
        (Blob, RouteOf(ResourceKind.Blob)),
        (Manifest, RouteOf(ResourceKind.Manifest)),
        (Tag, RouteOf(ResourceKind.Tag)),
        (Signature, RouteOf(ResourceKind.Signature)),
        (Task, RouteOf(ResourceKind.Task)),
        (TaskGroup, RouteOf(ResourceKind.TaskGroup)),
        (Worker, RouteOf(ResourceKind.Worker)),
        (Artifact, RouteOf(ResourceKind.Artifact)),
        (Upload, RouteOf(ResourceKind.Upload)),
        (SigningService, RouteOf(ResourceKind.SigningService)),
        (SigningKey, RouteOf(ResourceKind.SigningKey)),
        (KeyRevocation, RouteOf(ResourceKind.KeyRevocation)),
        (TrustPolicy, RouteOf(ResourceKind.TrustPolicy)),
        (TrustAudit, RouteOf(ResourceKind.TrustAudit)),
        (User, RouteOf(ResourceKind.User)),
        (UserRole, RouteOf(ResourceKind.User) + "roles/{role:guid}/"),
        (Export, RouteOf(ResourceKind.Exporter) + "exports/{export:guid}/"),
        (Import, RouteOf(ResourceKind.Importer) + "imports/{import:guid}/"),
        (Exporter, RouteOf(ResourceKind.Exporter)),
        (Importer, RouteOf(ResourceKind.Importer)),
    ];

    /// <summary>The route that a path of an operation stands for.</summary>
    public static string Route(string path)
    {
        foreach (var (parameter, route) in All)
            if (path.StartsWith(parameter, StringComparison.Ordinal))
                return route + path[parameter.Length..];
        return path;
    }

    private static string RouteOf(ResourceKind kind) => Address.Collection(kind) + "{id:guid}/";
}
