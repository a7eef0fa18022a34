using OrleansRegistry.Content;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>One wish to change a repository. It is planned against the newest version, and may be planned again.</summary>
public abstract record RepositoryChange
{
    /// <summary>
    /// The task that wants it, or null. The version is noted with the task, in one transaction: the same wish again finds
    /// it, and an attempt that is over makes none.
    /// </summary>
    public TaskStamp? Task { get; init; }

    /// <summary>What planning looks up. Everything a batch of changes touches is read at once.</summary>
    public virtual IEnumerable<ContentKey> Touches => [];

    /// <summary>Blobs and manifests whose sizes are compared with what somebody says of them.</summary>
    public virtual IEnumerable<ContentKey> Measures => [];

    /// <summary>The manifest whose signatures are counted, or null.</summary>
    public virtual string? Weighs => null;

    /// <summary>True where planning follows links through the catalogue: such a change has a batch to itself.</summary>
    public virtual bool StandsAlone => false;

    /// <summary>What the change makes of the repository.</summary>
    /// <exception cref="ProblemException">The repository's state does not allow it.</exception>
    public abstract ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken);
}
