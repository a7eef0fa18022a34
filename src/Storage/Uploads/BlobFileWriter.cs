using System.Buffers;
using System.Security.Cryptography;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IBlobWriter"/>
/// <remarks>It holds the lock of the upload's file until it is sealed.</remarks>
internal sealed class BlobFileWriter(FileStream file, string sealedPath, Guid repository, Guid upload, Digest digest)
    : IBlobWriter
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(
        digest.Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    private bool _isSealed;

    public Guid Upload => upload;

    public async Task<long> WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        await CopyAsync(content, file, _hash, cancellationToken);
        return file.Position;
    }

    public Task<SealedUpload> SealAsync(CancellationToken cancellationToken)
    {
        var actual = Digest.FromHash(digest.Algorithm, _hash.GetHashAndReset());
        if (actual != digest)
            throw UploadFiles.Mismatch(file.Length, actual, digest);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        var whole = new SealedUpload(repository, upload, digest, file.Length);
        File.Move(file.Name, sealedPath);
        _isSealed = true;
        file.Dispose(); // the lock would keep readers out of the blob
        return Task.FromResult(whole);
    }

    public ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (!_isSealed)
            File.Delete(file.Name);
        return file.DisposeAsync();
    }

    /// <summary>Copies a stream to the end of a file, and into the hash.</summary>
    internal static async Task CopyAsync(
        Stream content, FileStream file, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
                hash?.AppendData(buffer, 0, read);
                Measures.BytesReceived.Add(read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
