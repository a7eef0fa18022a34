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
    /// <summary>So many chunks at most: each of them costs a note of all before it.</summary>
    public const int MostChunks = 10_000;

    /// <summary>Stands for the repository of uploads that have none.</summary>
    public static Guid NoRepository => Guid.Empty;

    /// <summary>Whether nothing is missing.</summary>
    public bool IsComplete => Chunks.Sum(chunk => chunk.Size) == Size;

    /// <exception cref="ProblemException">The chunk overlaps with another one, or there are too many.</exception>
    public void RequireRoomFor(UploadChunk chunk)
    {
        if (Chunks.Count >= MostChunks)
            throw new ProblemException(
                ProblemKind.RangeInvalid,
                $"An upload has at most {MostChunks} chunks; begin another one with larger chunks.",
                Id.ToString());
        if (Chunks.FirstOrDefault(chunk.Overlaps) is { } other)
            throw new ProblemException(
                ProblemKind.RangeInvalid,
                $"The chunk overlaps with the one of {other.Size} bytes at {other.Offset}.",
                Id.ToString());
    }

    /// <summary>The same with one chunk more.</summary>
    public ChunkedUpload With(UploadChunk chunk, DateTimeOffset now) => this with
    {
        Chunks = [.. Chunks.Append(chunk).OrderBy(known => known.Offset)],
        UpdatedAt = now,
    };
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

    /// <summary>Begins to write a chunk, alone: what has arrived is never written over.</summary>
    /// <exception cref="ProblemException">
    /// Unknown upload; another request writing; the chunk overlaps with another one; or there are too many.
    /// </exception>
    Task<IChunkWriter> OpenAsync(Guid id, UploadChunk chunk, CancellationToken cancellationToken = default);

    /// <summary>Proves the digest of the whole, and brings it to disk. Repeating it does no harm.</summary>
    /// <exception cref="ProblemException">Unknown upload, or another digest: then the upload is gone.</exception>
    Task<SealedUpload> SealAsync(Guid id, string sha256, CancellationToken cancellationToken = default);

    /// <summary>Discards an upload. False where there is none.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}

/// <summary>Writes one chunk. Nobody else writes to the upload until it is disposed of.</summary>
public interface IChunkWriter : IAsyncDisposable
{
    /// <summary>Writes a stream to its place. Of a chunk that has arrived before, it only compares.</summary>
    /// <exception cref="ProblemException">The chunk arrived before, with other bytes.</exception>
    Task WriteAsync(Stream content, CancellationToken cancellationToken = default);

    /// <summary>Takes note of the chunk, once it is on disk: from now on it has arrived.</summary>
    Task<ChunkedUpload> KeepAsync(CancellationToken cancellationToken = default);
}
