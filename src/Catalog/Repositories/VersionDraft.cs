using OrleansRegistry.Content;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>What one change makes of a repository: content that joins it, content that leaves it.</summary>
/// <param name="Added">Not in the repository before.</param>
/// <param name="Removed">In the repository before. A tag that moves is in both lists.</param>
/// <param name="Manifest">A manifest to be stored with the version, or null.</param>
public sealed record VersionDraft(
    IReadOnlyList<ContentUnit> Added, IReadOnlyList<ContentUnit> Removed, Manifest? Manifest = null)
{
    /// <summary>The task that makes the version, or null. A task makes at most one version of a repository.</summary>
    public TaskStamp? Task { get; init; }

    /// <summary>True where every tag that joins is known on the server already, as one that is copied is.</summary>
    public bool TagsAreStored { get; init; }

    /// <summary>True where the change changes nothing: then there is no version.</summary>
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0;
}
