using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Repositories;

/// <summary>What people set on a repository.</summary>
/// <param name="Name">Unique on the server.</param>
/// <param name="Description">Free text, or null.</param>
/// <param name="Remote">The remote to sync from by default, or null.</param>
/// <param name="RetainVersions">How many versions are kept, or null for all.</param>
/// <param name="RetainCheckpoints">Kept for old clients; without effect on containers.</param>
/// <param name="Labels">Labels.</param>
public sealed record RepositorySettings(
    string Name, string? Description, Guid? Remote, int? RetainVersions, int? RetainCheckpoints, Labels Labels)
{
    /// <summary>Who signs its content by default, or null.</summary>
    public Guid? SigningService { get; init; }

    /// <summary>Who signs the tags that come, or null.</summary>
    public SignOnPush? SignOnPush { get; init; }

    /// <summary>What its tags have to meet, or null.</summary>
    public Acceptance? Accept { get; init; }

    /// <summary>Whether it may hold indexes of which not all images are here.</summary>
    public bool AllowsSparseIndexes { get; init; }

    /// <summary>When it is synchronised by itself: an interval, or a line of cron; null for never.</summary>
    public string? SyncSchedule { get; init; }

    /// <summary>What such a synchronisation asks for.</summary>
    public bool SyncMirrors { get; init; }

    /// <summary>The same.</summary>
    public bool SyncsSignedOnly { get; init; }
}

/// <summary>One repository as the management REST shows it.</summary>
public sealed record RepositoryRecord(
    Guid Id, RepositorySettings Settings, int Head, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Its last synchronisation, or null.</summary>
    public LastSync? LastSync { get; init; }
}

/// <summary>When a repository was synchronised last. <c>Outcome</c> is the state of the task; null where nobody knows.</summary>
public sealed record LastSync(Guid Task, DateTimeOffset StartedAt, string? Outcome);

/// <summary>One repository version as the management REST shows it.</summary>
public sealed record VersionRecord(Guid Id, Guid Repository, RepositoryVersion Version);

/// <summary>Repositories as things with settings. Their content changes through their grains.</summary>
public interface IRepositoryStore
{
    /// <summary>Creates a repository with its empty version 0. The answer is its id.</summary>
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<Guid> CreateAsync(RepositorySettings settings, CancellationToken cancellationToken = default);

    /// <summary>Changes those settings that differ before and after; whatever else changed meanwhile stays.</summary>
    /// <returns>False where there is no such repository.</returns>
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<bool> UpdateAsync(
        Guid id, RepositorySettings before, RepositorySettings after, CancellationToken cancellationToken = default);

    /// <summary>Lets a repository hold indexes of which not all images are here.</summary>
    Task AllowSparseIndexesAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>The base paths that serve a repository.</summary>
    Task<IReadOnlyList<string>> BasePathsOfAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a repository with all its versions; distributions of it stay, and serve nothing. The answer is the base
    /// paths that served it. From then on nothing shows it; what it held goes by <see cref="SweepAsync"/>.
    /// </summary>
    Task<IReadOnlyList<string>> DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Deletes a slice of the versions and the content of deleted repositories.</summary>
    /// <param name="id">Of this one; null for whichever was deleted first.</param>
    /// <returns>True where more may be left.</returns>
    Task<bool> SweepAsync(Guid? id, CancellationToken cancellationToken = default);
}
