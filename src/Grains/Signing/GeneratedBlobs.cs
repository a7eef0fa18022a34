using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Signing;

/// <summary>Stores bytes that were made here as blobs, pending in the repository that is to hold them.</summary>
internal sealed class GeneratedBlobs(IUploadFiles uploads, IBlobStore blobs)
{
    public async Task StoreAsync(Guid repository, byte[] bytes, CancellationToken cancellationToken)
    {
        var upload = uploads.Create(repository);
        await uploads.AppendAsync(repository, upload, null, new MemoryStream(bytes), cancellationToken);
        await blobs.AdmitAsync(
            await uploads.SealAsync(repository, upload, Digest.Sha256(bytes), cancellationToken), cancellationToken);
    }
}
