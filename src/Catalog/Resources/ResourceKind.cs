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
}
