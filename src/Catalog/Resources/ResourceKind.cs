using OrleansRegistry.Content;

namespace OrleansRegistry.Resources;

/// <summary>The things that clients can name.</summary>
public enum ResourceKind
{
    Repository,
    RepositoryVersion,

    /// <summary>What old clients look for: pushed repositories are ordinary ones here.</summary>
    PushRepository,

    Remote,
    Distribution,
    Namespace,
    Blob,
    Manifest,
    Tag,
    Signature,
    Task,
    TaskGroup,
    Worker,
    Artifact,
    SigningService,
    Upload,
    User,
    UserRole,
    PullThroughRemote,
    PullThroughDistribution,
    SigningKey,
    KeyRevocation,
    Exporter,
    Importer,
    Export,
    Import,
    TrustPolicy,
    TrustAudit,
}

public static class ResourceKinds
{
    /// <summary>The kind of resource that shows content of that kind.</summary>
    public static ResourceKind Of(ContentKind kind) => kind switch
    {
        ContentKind.Blob => ResourceKind.Blob,
        ContentKind.Manifest => ResourceKind.Manifest,
        ContentKind.Tag => ResourceKind.Tag,
        ContentKind.Signature => ResourceKind.Signature,
    };
}
