using OrleansRegistry.Content;

namespace OrleansRegistry.Resources;

/// <summary>The things that have an address in the management REST.</summary>
public enum ResourceKind
{
    Repository,
    RepositoryVersion,
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
