using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Uploads;

/// <summary>
/// Blobs still arriving. An upload belongs to its repository, and any node may take the next chunk of it; one request
/// writes at a time, and when its process dies, the next one may.
/// </summary>
public interface IUploads
{
    /// <summary>Starts an empty upload.</summary>
    ValueTask<Guid> CreateAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>Bytes that have arrived, or null where there is no such upload.</summary>
    ValueTask<long?> FindOffsetAsync(Guid repository, Guid upload, CancellationToken cancellationToken = default);

    /// <summary>Starts an upload that one writer makes whole, of which the digest is known.</summary>
    ValueTask<IBlobWriter> CreateAsync(
        Guid repository, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>
    /// The bytes of an upload that somebody else writes, or has sealed; null where it is gone, or is a blob by now. How far
    /// they may be read is for its writer to say.
    /// </summary>
    ValueTask<IOpenBlob?> OpenAsync(Guid repository, Guid upload, CancellationToken cancellationToken = default);

    /// <summary>Appends a stream. Bytes that arrived before a failure stay, so that the client can resume.</summary>
    /// <param name="repository">The repository that the upload belongs to.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">Where the chunk claims to begin, or null for the end; another place is refused.</param>
    /// <param name="content">The chunk.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Bytes that have arrived in total.</returns>
    /// <exception cref="ProblemException">Unknown upload, a chunk out of order, or another request writing.</exception>
    Task<long> AppendAsync(
        Guid repository, Guid upload, long? offset, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Proves the digest of all that arrived, and makes it safe from a loss of power.</summary>
    /// <exception cref="ProblemException">
    /// Unknown upload, or another digest: then the upload is gone, and nothing is left behind.
    /// </exception>
    Task<SealedUpload> SealAsync(
        Guid repository, Guid upload, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Uploads that are complete from the start, made safe together.</summary>
    Task<IReadOnlyList<SealedUpload>> CreateSealedAsync(
        Guid repository, IReadOnlyCollection<byte[]> contents, CancellationToken cancellationToken = default);

    /// <summary>Whether an upload into that repository is under way, or waits to be discarded.</summary>
    ValueTask<bool> HasAnyAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>Discards uploads that nobody wrote to since that moment. Returns how many.</summary>
    ValueTask<int> DeleteIdleAsync(DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>Discards an upload that nobody wrote to since that moment. True where it is gone, for whatever reason.</summary>
    ValueTask<bool> DeleteIdleAsync(
        Guid repository, Guid upload, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>Discards a sealed upload that has not become a blob.</summary>
    ValueTask DiscardAsync(SealedUpload upload, CancellationToken cancellationToken = default);

    /// <summary>Discards an upload. False where there is none.</summary>
    ValueTask<bool> DeleteAsync(Guid repository, Guid upload, CancellationToken cancellationToken = default);
}

/// <summary>Writes the bytes of one blob, and hashes them on the way. What is not sealed at its disposal is discarded.</summary>
public interface IBlobWriter : IAsyncDisposable
{
    /// <summary>The upload that it writes.</summary>
    Guid Upload { get; }

    /// <summary>Appends a stream. Returns how many bytes have been written in total.</summary>
    Task<long> WriteAsync(Stream content, CancellationToken cancellationToken = default);

    /// <summary>Proves the digest, and makes the bytes safe from a loss of power.</summary>
    /// <exception cref="ProblemException">They have another digest: nothing is left behind.</exception>
    Task<SealedUpload> SealAsync(CancellationToken cancellationToken = default);
}
