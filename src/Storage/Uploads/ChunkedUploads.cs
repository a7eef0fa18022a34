using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IChunkedUploads"/>
/// <remarks>
/// Two files each: the bytes, and beside them the note of what has arrived, replaced whole. Both lie where uploads that
/// nobody writes to are discarded.
/// </remarks>
public sealed class ChunkedUploads(DataDirectory data, IUploads files, TimeProvider clock) : IChunkedUploads
{
    private const string NoteEnding = ".json";

    public async Task<ChunkedUpload> CreateAsync(long size, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var upload = new ChunkedUpload(await files.CreateAsync(ChunkedUpload.NoRepository, cancellationToken), size, now, now, []);
        await SaveAsync(upload, cancellationToken);
        return upload;
    }

    public async Task<IReadOnlyList<ChunkedUpload>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<ChunkedUpload>();
        var directory = Path.GetDirectoryName(NoteOf(Guid.Empty))!;
        if (Directory.Exists(directory))
            foreach (var note in Directory.EnumerateFiles(directory, "*" + NoteEnding))
                if (await ReadAsync(note, cancellationToken) is { } upload)
                    found.Add(upload);
        return found;
    }

    public Task<ChunkedUpload?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        ReadAsync(NoteOf(id), cancellationToken);

    public async Task<IChunkWriter> OpenAsync(Guid id, UploadChunk chunk, CancellationToken cancellationToken)
    {
        // The lock of the bytes is that of the note, too.
        var file = UploadFiles.Open(data.PathOf(ChunkedUpload.NoRepository, id), id);
        try
        {
            var upload = await FindAsync(id, cancellationToken) ?? throw Unknown(id);
            var hasArrived = upload.Chunks.Contains(chunk);
            if (!hasArrived)
                upload.RequireRoomFor(chunk);
            return new ChunkWriter(file, upload, chunk, hasArrived, KeepAsync);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public async Task<SealedUpload> SealAsync(Guid id, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            return await files.SealAsync(
                ChunkedUpload.NoRepository, id, Digest.Parse($"sha256:{sha256}"), cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem.Kind is ProblemKind.DigestMismatch)
        {
            File.Delete(NoteOf(id));
            throw;
        }
    }

    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var known = await FindAsync(id, cancellationToken) is not null;
        File.Delete(NoteOf(id));
        await files.DeleteAsync(ChunkedUpload.NoRepository, id, cancellationToken);
        return known;
    }

    private string NoteOf(Guid id) => data.PathOf(ChunkedUpload.NoRepository, id) + NoteEnding;

    private async Task<ChunkedUpload> KeepAsync(
        ChunkedUpload upload, UploadChunk chunk, CancellationToken cancellationToken)
    {
        var kept = upload.With(chunk, clock.GetUtcNow());
        await SaveAsync(kept, cancellationToken);
        return kept;
    }

    private async Task SaveAsync(ChunkedUpload upload, CancellationToken cancellationToken)
    {
        var own = $"{NoteOf(upload.Id)}.{Guid.NewGuid():N}";
        await using (var file = new FileStream(own, FileMode.CreateNew, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, upload, cancellationToken: cancellationToken);
            file.Flush(flushToDisk: true);
        }

        Durable.Move(own, NoteOf(upload.Id));
    }

    private static async Task<ChunkedUpload?> ReadAsync(string note, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<ChunkedUpload>(await File.ReadAllBytesAsync(note, cancellationToken));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null; // discarded meanwhile, or cut off with the power
        }
    }

    private static ProblemException Unknown(Guid id) =>
        new(ProblemKind.UploadUnknown, "There is no such upload.", id.ToString());
}
