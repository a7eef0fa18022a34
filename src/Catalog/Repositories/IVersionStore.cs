
namespace OrleansRegistry.Repositories;

/// <summary>The version history of repositories. The database decides who may append.</summary>
public interface IVersionStore
{
    /// <summary>The newest version, or null where there is no such repository.</summary>
    Task<RepositoryVersion?> FindLatestAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits the drafts as the versions that follow <paramref name="head"/>, all or none, in one transaction.
    /// </summary>
    /// <param name="repository">Whose versions they are.</param>
    /// <param name="head">What they were planned on.</param>
    /// <param name="drafts">What each changes.</param>
    /// <param name="epoch">Which decisions on what is withheld they were judged by: <see cref="Signing.Withheld.Epoch"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the transaction, not what has begun.</param>
    /// <returns>The new versions, in order; or null where <paramref name="head"/> is no longer the newest version, another
    /// decision is in force, or content that a draft adds was collected in the meantime: then read again, and plan
    /// anew.</returns>
    Task<IReadOnlyList<RepositoryVersion>?> TryAppendAsync(
        Guid repository,
        RepositoryVersion head,
        IReadOnlyList<VersionDraft> drafts,
        long epoch = 0,
        CancellationToken cancellationToken = default);
}
