using OrleansRegistry.Oci;

namespace OrleansRegistry.PullThrough;

/// <summary>Pull-through distributions, and the distributions that pulls make below them.</summary>
public interface IPullThroughStore
{
    /// <summary>Creates one. Repeating it with the same id does no harm.</summary>
    /// <exception cref="ProblemException">Name or base path is taken.</exception>
    Task CreateAsync(Guid id, PullThroughSettings settings, CancellationToken cancellationToken = default);

    /// <summary>Changes those settings that differ before and after; whatever else changed meanwhile stays.</summary>
    /// <returns>False where there is no such pull-through distribution.</returns>
    /// <exception cref="ProblemException">Name or base path is taken.</exception>
    Task<bool> UpdateAsync(
        Guid id, PullThroughSettings before, PullThroughSettings after, CancellationToken cancellationToken = default);

    /// <summary>Deletes one. What pulls made below it stays, and serves what is here.</summary>
    Task DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Those that a name lies below and that have a remote, the longest base path first.</summary>
    Task<IReadOnlyList<PullThroughParent>> ListAboveAsync(
        RepositoryName name, CancellationToken cancellationToken = default);

    /// <summary>What a pull made of that name; null where nothing is, or it is asked for upstream no more.</summary>
    Task<PullThroughChild?> FindChildAsync(RepositoryName name, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same; where nothing has that name, repository, remote and distribution are created together. What exists
    /// already is not adopted, but for a remote that an earlier pull made and nothing uses.
    /// </summary>
    /// <exception cref="ProblemException">A part of it exists and belongs elsewhere, or the parent is gone.</exception>
    Task<PullThroughChild> GetOrCreateChildAsync(
        PullThroughParent parent, RepositoryName name, CancellationToken cancellationToken = default);
}

/// <summary>What a pull made: where content goes, where it comes from, and how long a tag is not asked for again.</summary>
public sealed record PullThroughChild(Guid Repository, Guid Remote, TimeSpan TagTtl);
