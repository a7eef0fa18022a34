using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Signing;

/// <summary>Stores bytes that were made here as blobs, many at once, pending in the repository that is to hold them.</summary>
internal sealed class GeneratedBlobs(IUploads uploads, IBlobStore blobs)
{
    // What a transaction and a directory of uploads hold at once.
    private const int PerPiece = 256;

    public async Task StoreAsync(
        Guid repository, IEnumerable<byte[]> contents, CancellationToken cancellationToken)
    {
        foreach (var piece in contents.DistinctBy(bytes => Digest.Sha256(bytes)).Chunk(PerPiece))
            await blobs.AdmitAsync(
                await uploads.CreateSealedAsync(repository, piece, cancellationToken), cancellationToken);
    }
}
