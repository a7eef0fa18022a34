using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Uploads;

/// <summary>
/// Blobs still arriving. An upload is a file below its repository's folder, so any node may take the next chunk;
/// who writes holds the file's lock, and the system lets go of it when the process dies.
/// </summary>
public interface IUploadFiles
{
    /// <summary>Starts an empty upload.</summary>
    Guid Create(Guid repository);

    /// <summary>Bytes that have arrived, or null where there is no such upload.</summary>
    long? FindOffset(Guid repository, Guid upload);

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

    /// <summary>Proves the digest of all that arrived, and brings it to disk.</summary>
    /// <exception cref="ProblemException">
    /// Unknown upload, or another digest: then the upload is gone, and nothing is left behind.
    /// </exception>
    Task<SealedUpload> SealAsync(
        Guid repository, Guid upload, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Uploads that are complete from the start, brought to disk together.</summary>
    Task<IReadOnlyList<SealedUpload>> CreateSealedAsync(
        Guid repository, IReadOnlyCollection<byte[]> contents, CancellationToken cancellationToken = default);

    /// <summary>Whether an upload into that repository is under way, or waits to be discarded.</summary>
    bool HasAny(Guid repository);

    /// <summary>Discards uploads that nobody wrote to since that moment. Returns how many.</summary>
    int DeleteIdle(DateTimeOffset before);

    /// <summary>Discards an upload that nobody wrote to since that moment. True where it is gone, for whatever reason.</summary>
    bool DeleteIdle(Guid repository, Guid upload, DateTimeOffset before);

    /// <summary>Discards an upload. False where there is none.</summary>
    bool Delete(Guid repository, Guid upload);
}
