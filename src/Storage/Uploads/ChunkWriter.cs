using System.Buffers;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IChunkWriter"/>
/// <remarks>It holds the lock of the upload, and a stream of not more than the chunk's size is written to its place.</remarks>
internal sealed class ChunkWriter(
    FileStream file,
    ChunkedUpload upload,
    UploadChunk chunk,
    bool hasArrived,
    Func<ChunkedUpload, UploadChunk, CancellationToken, Task<ChunkedUpload>> keep) : IChunkWriter
{
    private const int BufferSize = 128 * 1024;

    public async Task WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        file.Position = chunk.Offset;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var known = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
                if (hasArrived)
                    await CompareAsync(buffer.AsMemory(0, read), known.AsMemory(0, read), cancellationToken);
                else
                    await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<byte>.Shared.Return(known);
        }
    }

    public async Task<ChunkedUpload> KeepAsync(CancellationToken cancellationToken)
    {
        if (hasArrived)
            return upload;
        file.Flush(flushToDisk: true);
        return await keep(upload, chunk, cancellationToken);
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private async Task CompareAsync(
        ReadOnlyMemory<byte> sent, Memory<byte> known, CancellationToken cancellationToken)
    {
        await file.ReadAtLeastAsync(known, known.Length, throwOnEndOfStream: false, cancellationToken);
        if (!sent.Span.SequenceEqual(known.Span))
            throw new ProblemException(
                ProblemKind.RangeInvalid,
                $"The {chunk.Size} bytes at {chunk.Offset} have arrived before, and were others.",
                upload.Id.ToString());
    }
}
