using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>A blob. Size in bytes.</summary>
public sealed record Blob(Digest Digest, long Size);

/// <summary>The records of blobs, and with them their bytes.</summary>
/// <remarks>
/// A blob that no version of the repository holds yet is <em>pending</em> there: it can be pulled by its digest from
/// that repository and no other, and is collected when it stays abandoned.
/// </remarks>
public interface IBlobStore
{
    /// <summary>
    /// Makes a sealed upload the blob of that digest, pending in its repository. Both happen or neither; the bytes are
    /// safe when this returns. Without a repository it is pending for nobody: it waits for its use, and is collected when
    /// none comes. A blob that was promised is here from now on. Repeating it after an unknown outcome does no harm.
    /// </summary>
    Task AdmitAsync(SealedUpload upload, CancellationToken cancellationToken = default);

    /// <summary>The same of several uploads, in one transaction.</summary>
    Task AdmitAsync(IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes blobs known of which only digest and size are known: their bytes are to come, from a source where one is given.
    /// Of those that are here already, nothing else changes. They are pending in a repository; without one they wait for
    /// their use, and are collected when none comes.
    /// </summary>
    Task PromiseAsync(
        Guid? repository,
        IReadOnlyCollection<Blob> blobs,
        BlobOrigin? origin = null,
        CancellationToken cancellationToken = default);

    /// <summary>Notes that the bytes of blobs can be had from a source, too.</summary>
    Task SourceAsync(
        IReadOnlyCollection<Digest> blobs, BlobOrigin origin, CancellationToken cancellationToken = default);

    /// <summary>Where the bytes of a blob can be had, the newest source first.</summary>
    Task<IReadOnlyList<BlobOrigin>> OriginsAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Which of those blobs the server knows, and of each whether its bytes are only promised.</summary>
    Task<IReadOnlyDictionary<Digest, bool>> StandingAsync(
        IReadOnlyCollection<Digest> blobs, CancellationToken cancellationToken = default);

    /// <summary>Whether the bytes of a blob are promised, and have not come.</summary>
    Task<bool> IsPromisedAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Makes a blob of the source repository pending in another one. False where the source does not have it.</summary>
    Task<bool> MountAsync(
        Guid source, Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Forgets that a blob is pending in that repository. False where it was not.</summary>
    Task<bool> RemovePendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>The blob pending in that repository, or null.</summary>
    Task<Blob?> FindPendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>The blob that a version holds or, if wanted, that is pending in its repository; or null.</summary>
    Task<Blob?> FindInAsync(
        Guid repository, int version, Digest digest, bool orPending, CancellationToken cancellationToken = default);

    /// <summary>The blob's record, wherever it is held, or null.</summary>
    Task<Blob?> FindAsync(Digest digest, CancellationToken cancellationToken = default);
}

/// <summary>Where the bytes of a blob can be had.</summary>
/// <param name="Remote">The remote that has them.</param>
/// <param name="IsStreamed">True where they are passed on and not kept.</param>
public sealed record BlobOrigin(Guid Remote, bool IsStreamed = false);

/// <summary>An upload whose bytes are complete, safe, and proven to have that digest.</summary>
public sealed record SealedUpload(Guid Repository, Guid Upload, Digest Digest, long Size);
