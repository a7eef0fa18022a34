using OrleansRegistry.Content;

namespace OrleansRegistry.Uploads;

/// <summary>A file that arrives in chunks and belongs to no repository. Sizes in bytes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Size">How long the whole file is.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="UpdatedAt">When the last chunk came.</param>
/// <param name="Chunks">What has arrived, by offset; no two overlap.</param>
public sealed record ChunkedUpload(
    Guid Id, long Size, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<UploadChunk> Chunks)
{
    /// <summary>Stands for the repository of uploads that have none.</summary>
    public static Guid NoRepository => Guid.Empty;

    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Chunks.Sum(chunk => chunk.Size) == Size;
}

/// <summary>A piece that has arrived whole.</summary>
public sealed record UploadChunk(long Offset, long Size)
{
    public bool Overlaps(UploadChunk other) => Offset < other.Offset + other.Size && other.Offset < Offset + Size;
}

/// <summary>Uploads in chunks: files that all nodes share, so they survive any node.</summary>
public interface IChunkedUploads
{
    /// <summary>Begins an upload of that many bytes.</summary>
    Task<ChunkedUpload> CreateAsync(long size, CancellationToken cancellationToken = default);

    Task<IReadOnlyList<ChunkedUpload>> ListAsync(CancellationToken cancellationToken = default);

    Task<ChunkedUpload?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Writes a stream to its place. It counts as arrived only when it is kept.</summary>
    /// <exception cref="ProblemException">Unknown upload, or another request writing.</exception>
    Task WriteAsync(Guid id, long offset, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Takes note of a chunk that was written. The same again replaces it.</summary>
    /// <exception cref="ProblemException">Unknown upload, or it overlaps with another one.</exception>
    Task<ChunkedUpload> KeepAsync(Guid id, UploadChunk chunk, CancellationToken cancellationToken = default);

    /// <summary>Proves the digest of the whole, and brings it to disk. Repeating it does no harm.</summary>
    /// <exception cref="ProblemException">Unknown upload, or another digest: then the upload is gone.</exception>
    Task<SealedUpload> SealAsync(Guid id, string sha256, CancellationToken cancellationToken = default);

    /// <summary>Discards an upload. False where there is none.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}
