
namespace OrleansRegistry.Repositories;

/// <summary>The version history of repositories. The database decides who may append.</summary>
public interface IVersionStore
{
    /// <summary>The newest version, or null where there is no such repository.</summary>
    Task<RepositoryVersion?> FindLatestAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits the drafts as the versions that follow <paramref name="head"/>, all or none, in one transaction.
    /// </summary>
    /// <returns>The new versions, in order; or null where <paramref name="head"/> is no longer the newest version,
    /// or content that a draft adds was collected in the meantime: then read again, and plan anew.</returns>
    Task<IReadOnlyList<RepositoryVersion>?> TryAppendAsync(
        Guid repository,
        RepositoryVersion head,
        IReadOnlyList<VersionDraft> drafts,
        CancellationToken cancellationToken = default);
}
