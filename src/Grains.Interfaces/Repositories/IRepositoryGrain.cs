using Orleans.Concurrency;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>
/// One repository: the only writer of its version history. Key: the repository's id. Changes are committed in order of
/// arrival, many in one transaction, each as its own version; a change without effect makes none.
/// </summary>
/// <remarks>Every method interleaves: changes wait in the grain's own queue, and readers never wait for them.</remarks>
[Alias("repository")]
public interface IRepositoryGrain : IGrainWithGuidKey
{
    /// <summary>How long an answer may take: as long as the work. When a node dies, its callers hear of that at once.</summary>
    private const string Patience = "02:00:00";

    /// <summary>The number of the newest committed version. What a version holds never changes.</summary>
    /// <exception cref="ProblemException">There is no such repository.</exception>
    [AlwaysInterleave]
    [Alias("get-head")]
    Task<int> GetHeadAsync();

    /// <summary>Commits a change; see <see cref="RepositoryGrains"/> for a shorter way to write it.</summary>
    /// <remarks>
    /// A change that is repeated for the same task finds the version that it made, and makes no second one; one for a task
    /// that was cancelled, or that another attempt took over, is refused. Cancelling stops the preparation; a transaction
    /// that has begun is finished.
    /// </remarks>
    /// <returns>The newest version once the change is part of the repository.</returns>
    /// <exception cref="ProblemException">The repository's state does not allow the change.</exception>
    [AlwaysInterleave]
    [Alias("apply")]
    [ResponseTimeout(Patience)]
    Task<int> ApplyAsync([Immutable] ChangeOrder order, CancellationToken cancellationToken = default);

    /// <summary>Takes a blob away, pending or not.</summary>
    /// <exception cref="ProblemException">There is no such blob.</exception>
    [AlwaysInterleave]
    [Alias("remove-blob")]
    Task RemoveBlobAsync(Digest blob);

    /// <summary>Makes a sealed upload a blob that is pending here.</summary>
    [AlwaysInterleave]
    [Alias("admit-blob")]
    Task AdmitBlobAsync(SealedUpload upload);

    /// <summary>Makes a blob of another repository pending here. False where that repository does not have it.</summary>
    [AlwaysInterleave]
    [Alias("mount-blob")]
    Task<bool> MountBlobAsync(Guid source, Digest blob);

    /// <summary>Deletes a version; what it changed becomes part of the next one. Numbers are never given again.</summary>
    /// <returns>The newest version afterwards.</returns>
    /// <exception cref="ProblemException">It is the last one that remains, or a distribution serves it.</exception>
    [AlwaysInterleave]
    [Alias("delete-version")]
    [ResponseTimeout(Patience)]
    Task<int> DeleteVersionAsync(int version);

    /// <summary>Deletes the versions beyond those that the repository keeps. To be called when that number was changed.</summary>
    [AlwaysInterleave]
    [Alias("trim")]
    [ResponseTimeout(Patience)]
    Task TrimAsync();

    /// <summary>Forgets what it knows: the repository's settings were changed, or it was deleted.</summary>
    [AlwaysInterleave]
    [Alias("forget")]
    Task ForgetAsync();
}

/// <summary>Changes as callers write them.</summary>
public static class RepositoryGrains
{
    /// <inheritdoc cref="IRepositoryGrain.ApplyAsync"/>
    public static Task<int> ApplyAsync(
        this IRepositoryGrain repository,
        RepositoryChange change,
        TaskStamp? task = null,
        CancellationToken cancellationToken = default) =>
        repository.ApplyAsync(new ChangeOrder(change, task), cancellationToken);
}
