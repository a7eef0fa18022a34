using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Testing;

/// <summary>Uploads in chunks without files: each chunk is an object of its own until all are there. For one process.</summary>
public sealed class MemoryChunks(MemoryBlobs blobs) : IChunkedUploads
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (ChunkedUpload Upload, Dictionary<long, byte[]> Chunks)> _uploads = [];

    public Task<ChunkedUpload> CreateAsync(long size, CancellationToken cancellationToken = default)
    {
        var now = DateTimeOffset.UtcNow;
        var upload = new ChunkedUpload(Guid.CreateVersion7(), size, now, now, []);
        lock (_gate)
            _uploads[upload.Id] = (upload, []);
        return Task.FromResult(upload);
    }

    public Task<IReadOnlyList<ChunkedUpload>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<ChunkedUpload>>([.. _uploads.Values.Select(one => one.Upload)]);
    }

    public Task<ChunkedUpload?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return Task.FromResult(_uploads.TryGetValue(id, out var found) ? found.Upload : null);
    }

    public async Task<IChunkWriter> OpenAsync(Guid id, UploadChunk chunk, CancellationToken cancellationToken = default)
    {
        var upload = await FindAsync(id, cancellationToken) ?? throw Unknown(id);
        if (!upload.Chunks.Contains(chunk))
            upload.RequireRoomFor(chunk);
        return new Writer(this, id, chunk);
    }

    public async Task<SealedUpload> SealAsync(Guid id, string sha256, CancellationToken cancellationToken = default)
    {
        var whole = new MemoryStream();
        lock (_gate)
        {
            if (!_uploads.Remove(id, out var found))
                throw Unknown(id);
            foreach (var chunk in found.Chunks.OrderBy(chunk => chunk.Key))
                whole.Write(chunk.Value);
        }

        whole.Position = 0;
        var upload = await blobs.CreateAsync(ChunkedUpload.NoRepository, cancellationToken);
        await blobs.AppendAsync(ChunkedUpload.NoRepository, upload, 0, whole, cancellationToken);
        return await blobs.SealAsync(ChunkedUpload.NoRepository, upload, Digest.Parse($"sha256:{sha256}"), cancellationToken);
    }

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return Task.FromResult(_uploads.Remove(id));
    }

    private ChunkedUpload Keep(Guid id, UploadChunk chunk, byte[] bytes)
    {
        lock (_gate)
        {
            if (!_uploads.TryGetValue(id, out var found))
                throw Unknown(id);
            if (found.Chunks.TryGetValue(chunk.Offset, out var known))
                return known.AsSpan().SequenceEqual(bytes)
                    ? found.Upload
                    : throw new ProblemException(ProblemKind.RangeInvalid, "The chunk arrived before, and was another.", $"{id}");
            found.Upload.RequireRoomFor(chunk);
            found.Chunks[chunk.Offset] = bytes;
            var kept = found.Upload.With(chunk, DateTimeOffset.UtcNow);
            _uploads[id] = (kept, found.Chunks);
            return kept;
        }
    }

    private static ProblemException Unknown(Guid id) => new(ProblemKind.UploadUnknown, "There is no such upload.", $"{id}");

    private sealed class Writer(MemoryChunks uploads, Guid id, UploadChunk chunk) : IChunkWriter
    {
        private readonly MemoryStream _bytes = new();

        public Task WriteAsync(Stream content, CancellationToken cancellationToken = default) =>
            content.CopyToAsync(_bytes, cancellationToken);

        public Task<ChunkedUpload> KeepAsync(CancellationToken cancellationToken = default) =>
            Task.FromResult(uploads.Keep(id, chunk, _bytes.ToArray()));

        public ValueTask DisposeAsync() => _bytes.DisposeAsync();
    }
}
