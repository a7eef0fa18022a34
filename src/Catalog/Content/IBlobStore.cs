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
    /// Makes blobs pending in a repository of which only digest and size are known: their bytes are to come. Of those that
    /// are here already, nothing else changes.
    /// </summary>
    Task PromiseAsync(
        Guid repository, IReadOnlyCollection<Blob> blobs, CancellationToken cancellationToken = default);

    /// <summary>Whether the bytes of a blob are promised, and have not come.</summary>
    Task<bool> IsPromisedAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Makes a blob of the source repository pending in another one. False where the source does not have it.</summary>
    Task<bool> MountAsync(
        Guid source, Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Forgets that a blob is pending in that repository. False where it was not.</summary>
    Task<bool> RemovePendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>The blob pending in that repository, or null.</summary>
    Task<Blob?> FindPendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>The blob's record, wherever it is held, or null.</summary>
    Task<Blob?> FindAsync(Digest digest, CancellationToken cancellationToken = default);
}

/// <summary>An upload whose bytes are complete, safe, and proven to have that digest.</summary>
public sealed record SealedUpload(Guid Repository, Guid Upload, Digest Digest, long Size);
