using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Collection;

/// <summary>
/// Deletes what nothing holds: content in no version of any repository, untouched since a moment. Each step looks
/// again under a lock before it deletes, so that a push which takes the content up meanwhile wins.
/// </summary>
public interface ICollectionStore
{
    /// <summary>
    /// The next repositories after that id that a first push made before that moment, and in which nothing ever arrived
    /// or waits; nobody has changed or labelled them or their distributions since.
    /// </summary>
    Task<IReadOnlyList<UnusedName>> FindUnusedAsync(
        DateTimeOffset before, Guid after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Deletes such a repository with its distribution. False where it is one no more.</summary>
    Task<bool> DropUnusedAsync(
        UnusedName unused, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets blobs that stayed pending since before that moment, and what was gathered for tasks that ended before it.
    /// Returns how many units.
    /// </summary>
    Task<int> DropPendingAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Looks at the next <paramref name="window"/> units of one kind after that id, and tells which of them nothing holds.
    /// </summary>
    Task<OrphanPage> FindOrphansAsync(
        ContentKind kind, DateTimeOffset before, Guid after, int window, CancellationToken cancellationToken = default);

    /// <summary>Deletes a tag or a signature. False where something holds it now.</summary>
    Task<bool> CollectUnitAsync(Guid id, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>Deletes a manifest with its signatures and tags. False where something holds it now.</summary>
    Task<bool> CollectManifestAsync(Digest digest, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>Deletes a blob and its file. Returns the bytes that this freed, or null where something holds it now.</summary>
    Task<long?> CollectBlobAsync(Digest digest, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes blob files without a record, which a crash between the file and its record leaves behind.
    /// <paramref name="folder"/> counts from 0 to <see cref="BlobFolders"/>. Returns the bytes that this freed.
    /// </summary>
    Task<long> CollectStrayFilesAsync(int folder, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>How many folders hold blob files.</summary>
    int BlobFolders { get; }
}

/// <summary>The orphans of a window, and the id where the next window begins; null where there is none.</summary>
public sealed record OrphanPage(IReadOnlyList<Orphan> Orphans, Guid? Next);

/// <summary>A repository in which nothing ever arrived, and the base path that serves it.</summary>
public sealed record UnusedName(Guid Repository, string BasePath);

/// <summary>Content that nothing holds. <c>Key</c> is its identity: a digest, for a blob or a manifest.</summary>
public sealed record Orphan(Guid Id, string Key);
