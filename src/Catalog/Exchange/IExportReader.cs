using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Exchange;

/// <summary>
/// What repository versions hold, as an export writes it: page by page, in byte order of digests, after the last one.
/// </summary>
public interface IExportReader
{
    /// <summary>Blobs with their sizes, promised ones too.</summary>
    Task<IReadOnlyList<Blob>> BlobsAsync(
        Guid repository, int version, string? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Manifests without their bytes.</summary>
    Task<IReadOnlyList<ExportedManifest>> ManifestsAsync(
        Guid repository, int version, string? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>The manifests of those digests, with their bytes, in no order.</summary>
    Task<IReadOnlyList<Manifest>> ReadAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);
}

/// <param name="Digest">Its digest.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Size">In bytes.</param>
/// <param name="IsChild">True where an index lists it.</param>
/// <param name="SignedBy">The fingerprints of known keys that made what it attaches to images.</param>
public sealed record ExportedManifest(
    Digest Digest, string MediaType, long Size, bool IsChild, IReadOnlyList<string> SignedBy);
