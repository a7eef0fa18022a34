using System.Security.Cryptography;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IUploads"/>
/// <remarks>
/// A writer opens the file without sharing, which on Unix is an advisory lock that dies with its process. Sealing
/// renames the file while it holds that lock: nothing can be appended to bytes whose digest is proven.
/// </remarks>
public sealed class UploadFiles(DataDirectory data) : IUploads
{
    // EWOULDBLOCK: another request holds the lock.
    private const int LockedByAnother = 11;

    private readonly RunningHashes _hashes = new();

    public async ValueTask<Guid> CreateAsync(Guid repository, CancellationToken cancellationToken)
    {
        var upload = Guid.CreateVersion7();
        await using var file = CreateFile(repository, upload, FileShare.None);
        return upload;
    }

    public ValueTask<IBlobWriter> CreateAsync(Guid repository, Digest digest, CancellationToken cancellationToken)
    {
        var upload = Guid.CreateVersion7();
        var file = CreateFile(repository, upload, FileShare.Read);
        return new(new BlobFileWriter(file, SealedPath(data, repository, upload), repository, upload, digest));
    }

    public ValueTask<IOpenBlob?> OpenAsync(Guid repository, Guid upload, CancellationToken cancellationToken)
    {
        foreach (var path in new[] { data.PathOf(repository, upload), SealedPath(data, repository, upload) })
            try
            {
                return new(new BlobFile(File.OpenHandle(
                    path, share: FileShare.ReadWrite, options: FileOptions.Asynchronous)));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Sealed, or gone.
            }

        return default;
    }

    public ValueTask<long?> FindOffsetAsync(Guid repository, Guid upload, CancellationToken cancellationToken)
    {
        var file = new FileInfo(data.PathOf(repository, upload));
        return new(file.Exists ? file.Length : null);
    }

    public async Task<long> AppendAsync(
        Guid repository, Guid upload, long? offset, Stream content, CancellationToken cancellationToken)
    {
        var path = data.PathOf(repository, upload);
        await using var file = Open(path, upload);
        if (offset is { } claimed && claimed != file.Length)
            throw new ProblemException(
                ProblemKind.RangeInvalid,
                $"The chunk begins at byte {claimed}; the upload goes on at byte {file.Length}.",
                upload.ToString());

        var hash = _hashes.Take(upload, file.Length);
        file.Position = file.Length;
        try
        {
            await BlobFileWriter.CopyAsync(content, file, hash, cancellationToken);
        }
        catch
        {
            // What is in the file and what is in the hash may differ now: let the file be read again.
            hash?.Dispose();
            hash = null;
            throw;
        }
        finally
        {
            _hashes.Keep(upload, file.Position, hash);
        }

        return file.Position;
    }

    public async Task<SealedUpload> SealAsync(
        Guid repository, Guid upload, Digest digest, CancellationToken cancellationToken)
    {
        var open = data.PathOf(repository, upload);
        var closed = SealedPath(data, repository, upload);
        await using var file = Open(File.Exists(closed) ? closed : open, upload); // closed: an earlier try got this far
        var actual = await HashAsync(file, upload, digest.Algorithm, cancellationToken);
        if (actual != digest)
        {
            File.Delete(file.Name);
            throw Mismatch(file.Length, actual, digest);
        }

        RandomAccess.FlushToDisk(file.SafeFileHandle);
        if (file.Name != closed)
            File.Move(open, closed);
        return new(repository, upload, digest, file.Length);
    }

    public async Task<IReadOnlyList<SealedUpload>> CreateSealedAsync(
        Guid repository, IReadOnlyCollection<byte[]> contents, CancellationToken cancellationToken)
    {
        var files = contents.Select(bytes => (
            Upload: new SealedUpload(repository, Guid.CreateVersion7(), Digest.Sha256(bytes), bytes.Length),
            Bytes: bytes)).ToList();
        if (files.Count > 0)
            Directory.CreateDirectory(Path.GetDirectoryName(SealedPath(data, repository, files[0].Upload.Upload))!);
        await Durable.WriteAllAsync(
            [.. files.Select(file => (SealedPath(data, repository, file.Upload.Upload), file.Bytes))], cancellationToken);
        return [.. files.Select(file => file.Upload)];
    }

    public ValueTask DiscardAsync(SealedUpload upload, CancellationToken cancellationToken)
    {
        File.Delete(SealedPath(data, upload.Repository, upload.Upload));
        return default;
    }

    public ValueTask<bool> DeleteAsync(Guid repository, Guid upload, CancellationToken cancellationToken)
    {
        _hashes.Forget(upload);
        var path = data.PathOf(repository, upload);
        if (!File.Exists(path))
            return new(false);
        File.Delete(path);
        return new(true);
    }

    public ValueTask<bool> HasAnyAsync(Guid repository, CancellationToken cancellationToken)
    {
        var directory = new DirectoryInfo(Path.GetDirectoryName(data.PathOf(repository, Guid.Empty))!);
        return new(directory.Exists && directory.EnumerateFiles().Any());
    }

    public ValueTask<int> DeleteIdleAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var file in data.UploadFiles.Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
        {
            file.Delete();
            deleted++;
        }

        return new(deleted);
    }

    public async ValueTask<bool> DeleteIdleAsync(
        Guid repository, Guid upload, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var file = new FileInfo(data.PathOf(repository, upload));
        if (file.Exists && file.LastWriteTimeUtc >= before.UtcDateTime)
            return false;
        await DeleteAsync(repository, upload, cancellationToken);
        return true;
    }

    internal static string SealedPath(DataDirectory data, Guid repository, Guid upload) =>
        data.PathOf(repository, upload) + ".sealed";

    internal static FileStream Open(string path, Guid upload)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            if (File.Exists(path))
                return file;
            file.Dispose(); // renamed or deleted between the opening and the lock
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
        }
        catch (IOException exception) when (exception.HResult == LockedByAnother)
        {
            throw new ProblemException(
                ProblemKind.UploadBusy, "Another request is writing to this upload.", upload.ToString());
        }

        throw new ProblemException(ProblemKind.UploadUnknown, "There is no such upload.", upload.ToString());
    }

    internal static ProblemException Mismatch(long size, Digest actual, Digest digest) => new(
        ProblemKind.DigestMismatch,
        $"The {size} bytes that arrived have the digest {actual}; the upload is discarded.",
        digest.ToString());

    // What is shared with readers still keeps other writers out.
    private FileStream CreateFile(Guid repository, Guid upload, FileShare share)
    {
        var path = data.PathOf(repository, upload);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new(path, FileMode.CreateNew, FileAccess.ReadWrite, share, bufferSize: 0);
    }

    private async Task<Digest> HashAsync(
        FileStream file, Guid upload, string algorithm, CancellationToken cancellationToken)
    {
        if (algorithm == "sha256")
        {
            using var running = _hashes.Take(upload, file.Length);
            return running is null
                ? Digest.FromHash("sha256", await SHA256.HashDataAsync(file, cancellationToken))
                : Digest.FromHash("sha256", running.GetHashAndReset());
        }

        _hashes.Forget(upload);
        return Digest.FromHash("sha512", await SHA512.HashDataAsync(file, cancellationToken));
    }
}
