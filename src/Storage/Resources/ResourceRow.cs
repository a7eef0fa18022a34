using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>Where the rows of one kind of resource are.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="From">A table, or those rows of one that are of this kind.</param>
internal sealed record ResourceRow(ResourceKind Kind, string From)
{
    /// <summary>The column with the id.</summary>
    public string Key { get; init; } = "id";

    /// <summary>The column with the id of the resource that it lies below, if any.</summary>
    public string? Above { get; init; }

    /// <summary>Which table has its labels; null for what has none.</summary>
    public LabelTable? Labels { get; init; }

    /// <summary>All but repository versions, which have a number, and what no table holds: nodes and uploads.</summary>
    private static readonly ResourceRow[] All =
    [
        new(ResourceKind.Repository, "repository") { Labels = LabelTable.OfResource("repository") },
        new(ResourceKind.Remote, RemoteLists.OfRepositories) { Labels = LabelTable.OfResource("remote") },
        new(ResourceKind.PullThroughRemote, RemoteLists.OfRegistries) { Labels = LabelTable.OfResource("remote") },
        new(ResourceKind.Distribution, "distribution") { Labels = LabelTable.OfResource("distribution") },
        new(ResourceKind.PullThroughDistribution, "pull_through") { Labels = LabelTable.OfResource("pull_through") },
        new(ResourceKind.Namespace, "namespace"),
        new(ResourceKind.Blob, "blob") { Key = "content_id", Labels = LabelTable.OfContent },
        new(ResourceKind.Artifact, "blob") { Key = "content_id" },
        new(ResourceKind.Manifest, "manifest") { Key = "content_id", Labels = LabelTable.OfContent },
        new(ResourceKind.Tag, "tag") { Key = "content_id", Labels = LabelTable.OfContent },
        new(ResourceKind.Signature, "signature") { Key = "content_id", Labels = LabelTable.OfContent },
        new(ResourceKind.SigningService, "signing_service"),
        new(ResourceKind.SigningKey, "signing_key"),
        new(ResourceKind.KeyRevocation, "revocation"),
        new(ResourceKind.TrustPolicy, "trust_policy"),
        new(ResourceKind.TrustAudit, "trust_audit"),
        new(ResourceKind.Task, "task"),
        new(ResourceKind.TaskGroup, "task_group"),
        new(ResourceKind.User, "account"),
        new(ResourceKind.UserRole, "account_role") { Above = "account_id" },
        new(ResourceKind.Exporter, "exporter"),
        new(ResourceKind.Export, "export") { Above = "exporter_id" },
        new(ResourceKind.Importer, "importer"),
        new(ResourceKind.Import, "import") { Above = "importer_id" },
    ];

    private static readonly Dictionary<ResourceKind, ResourceRow> ByKind = All.ToDictionary(row => row.Kind);

    public static ResourceRow? Of(ResourceKind kind) => ByKind.GetValueOrDefault(kind);
}

/// <summary>A table of labels.</summary>
/// <param name="Name">The table.</param>
/// <param name="Holder">Its column with the id of what is labelled.</param>
/// <param name="Owner">The table of that.</param>
internal sealed record LabelTable(string Name, string Holder, string Owner)
{
    public static LabelTable OfContent { get; } = new("content_label", "content_id", "content");

    public static LabelTable OfResource(string owner) => new("resource_label", "resource_id", owner);
}
