using System.Runtime.CompilerServices;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Testing;

/// <summary>
/// Blobs without files, as object storage keeps them: nothing has a path, and reading is a stream that begins somewhere.
/// For one process.
/// </summary>
public sealed class MemoryBlobs : IBlobBytes, IUploads
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, (byte[] Bytes, DateTimeOffset Since)> _blobs = [];
    private readonly Dictionary<(Guid Repository, Guid Upload), Arriving> _uploads = [];

    public int Parts => 1;

    /// <summary>How many uploads there are, sealed ones among them.</summary>
    public int Uploads => Locked(() => _uploads.Count);

    public ValueTask<IOpenBlob?> OpenAsync(Digest digest, CancellationToken cancellationToken = default) => new(Locked(
        () => _blobs.TryGetValue(digest, out var blob) ? new OpenBlob(blob.Bytes) : null));

    public ValueTask PublishAsync(
        IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            foreach (var gone in uploads.Where(
                one => !_uploads.ContainsKey((one.Repository, one.Upload)) && !_blobs.ContainsKey(one.Digest)))
                throw Unknown(gone.Upload);
            foreach (var upload in uploads)
                if (_uploads.Remove((upload.Repository, upload.Upload), out var arrived))
                    _blobs[upload.Digest] = (arrived.Bytes.ToArray(), DateTimeOffset.UtcNow);
        }

        return default;
    }

    public ValueTask<long> DeleteAsync(Digest digest, CancellationToken cancellationToken = default) => new(Locked(
        () => _blobs.Remove(digest, out var blob) ? blob.Bytes.Length : 0L));

    public async IAsyncEnumerable<Digest> ListAsync(
        int part, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var digest in Locked(() => _blobs.Where(blob => blob.Value.Since < before).Select(blob => blob.Key).ToList()))
            yield return digest;
    }

    public ValueTask<Guid> CreateAsync(Guid repository, CancellationToken cancellationToken = default) =>
        new(Begin(repository, []).Upload);

    public ValueTask<IBlobWriter> CreateAsync(
        Guid repository, Digest digest, CancellationToken cancellationToken = default)
    {
        var (upload, arriving) = Begin(repository, []);
        arriving.IsBusy = true;
        return new(new Writer(this, repository, upload, digest, arriving));
    }

    public ValueTask<IOpenBlob?> OpenAsync(Guid repository, Guid upload, CancellationToken cancellationToken = default) =>
        new(Locked(() => _uploads.TryGetValue((repository, upload), out var found) ? new OpenBlob(found.Bytes.ToArray()) : null));

    public ValueTask<long?> FindOffsetAsync(
        Guid repository, Guid upload, CancellationToken cancellationToken = default) => new(Locked<long?>(
            () => _uploads.TryGetValue((repository, upload), out var found) ? found.Bytes.Length : null));

    public async Task<long> AppendAsync(
        Guid repository, Guid upload, long? offset, Stream content, CancellationToken cancellationToken = default)
    {
        var arriving = Locked(() => Take(repository, upload));
        try
        {
            if (offset is { } claimed && claimed != arriving.Bytes.Length)
                throw new ProblemException(ProblemKind.RangeInvalid, "The chunk begins elsewhere.", upload.ToString());
            await content.CopyToAsync(arriving.Bytes, cancellationToken);
            return arriving.Bytes.Length;
        }
        finally
        {
            arriving.IsBusy = false;
        }
    }

    public Task<SealedUpload> SealAsync(
        Guid repository, Guid upload, Digest digest, CancellationToken cancellationToken = default) => Task.FromResult(
            Locked(() => Seal(repository, upload, digest, Take(repository, upload))));

    public Task<IReadOnlyList<SealedUpload>> CreateSealedAsync(
        Guid repository, IReadOnlyCollection<byte[]> contents, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<SealedUpload>>(
        [
            .. contents.Select(bytes => new SealedUpload(
                repository, Begin(repository, bytes).Upload, Digest.Sha256(bytes), bytes.Length)),
        ]);

    public ValueTask<bool> HasAnyAsync(Guid repository, CancellationToken cancellationToken = default) =>
        new(Locked(() => _uploads.Keys.Any(key => key.Repository == repository)));

    public ValueTask<int> DeleteIdleAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        new(Locked(() => _uploads.Where(one => one.Value.Since < before).ToList().Count(one => _uploads.Remove(one.Key))));

    public ValueTask<bool> DeleteIdleAsync(
        Guid repository, Guid upload, DateTimeOffset before, CancellationToken cancellationToken = default) =>
        new(Locked(() => !_uploads.TryGetValue((repository, upload), out var found)
            || (found.Since < before && _uploads.Remove((repository, upload)))));

    public ValueTask DiscardAsync(SealedUpload upload, CancellationToken cancellationToken = default)
    {
        Locked(() => _uploads.Remove((upload.Repository, upload.Upload)));
        return default;
    }

    public ValueTask<bool> DeleteAsync(Guid repository, Guid upload, CancellationToken cancellationToken = default) =>
        new(Locked(() => _uploads.Remove((repository, upload))));

    private (Guid Upload, Arriving Arriving) Begin(Guid repository, byte[] bytes)
    {
        var (upload, arriving) = (Guid.CreateVersion7(), new Arriving());
        arriving.Bytes.Write(bytes);
        lock (_gate)
            _uploads[(repository, upload)] = arriving;
        return (upload, arriving);
    }

    private Arriving Take(Guid repository, Guid upload)
    {
        if (!_uploads.TryGetValue((repository, upload), out var found))
            throw Unknown(upload);
        if (found.IsBusy)
            throw new ProblemException(ProblemKind.UploadBusy, "Another request is writing.", upload.ToString());
        found.IsBusy = true;
        return found;
    }

    private SealedUpload Seal(Guid repository, Guid upload, Digest digest, Arriving arriving)
    {
        arriving.IsBusy = false;
        if (digest.SameAlgorithmOver(arriving.Bytes.ToArray()) == digest)
            return new(repository, upload, digest, arriving.Bytes.Length);
        _uploads.Remove((repository, upload));
        throw new ProblemException(ProblemKind.DigestMismatch, "The bytes have another digest.", digest.ToString());
    }

    private T Locked<T>(Func<T> work)
    {
        lock (_gate)
            return work();
    }

    private static ProblemException Unknown(Guid upload) =>
        new(ProblemKind.UploadUnknown, "There is no such upload.", upload.ToString());

    private sealed class Arriving
    {
        public MemoryStream Bytes { get; } = new();

        public DateTimeOffset Since { get; } = DateTimeOffset.UtcNow;

        public bool IsBusy { get; set; }
    }

    private sealed class OpenBlob(byte[] bytes) : IOpenBlob
    {
        public long Size => bytes.Length;

        public Stream Read(long offset, long length) => new MemoryStream(bytes, (int)offset, (int)length, writable: false);

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Writer(MemoryBlobs blobs, Guid repository, Guid upload, Digest digest, Arriving arriving)
        : IBlobWriter
    {
        private bool _isSealed;

        public Guid Upload => upload;

        public async Task<long> WriteAsync(Stream content, CancellationToken cancellationToken = default)
        {
            await content.CopyToAsync(arriving.Bytes, cancellationToken);
            return arriving.Bytes.Length;
        }

        public Task<SealedUpload> SealAsync(CancellationToken cancellationToken = default)
        {
            var whole = blobs.Locked(() => blobs.Seal(repository, upload, digest, arriving));
            _isSealed = true;
            return Task.FromResult(whole);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_isSealed)
                await blobs.DeleteAsync(repository, upload);
        }
    }
}
