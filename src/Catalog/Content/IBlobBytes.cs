using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Content;

/// <summary>
/// The bytes of blobs, named by digest, wherever they are kept. Whose they are, and who may have them, is written
/// elsewhere. Bytes get here through <see cref="IUploads"/>: only what is proven has a digest for its name.
/// </summary>
public interface IBlobBytes
{
    /// <summary>The bytes of a blob, or null where they are not here.</summary>
    ValueTask<IOpenBlob?> OpenAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes sealed bytes those of the blobs that they are: seen by everybody, and safe from a loss of power, when this
    /// returns; each of them whole or not at all. Repeating it does no harm.
    /// </summary>
    /// <exception cref="ProblemException">Bytes are neither sealed nor published: the upload is gone.</exception>
    ValueTask PublishAsync(IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken = default);

    /// <summary>Deletes the bytes of a blob. Returns how many; 0 where there are none. Who reads them may go on.</summary>
    ValueTask<long> DeleteAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>How many parts the store has, for who looks through it by and by.</summary>
    int Parts { get; }

    /// <summary>The blobs of one part whose bytes have been here since before that moment.</summary>
    IAsyncEnumerable<Digest> ListAsync(
        int part, DateTimeOffset before, CancellationToken cancellationToken = default);
}

/// <summary>The bytes of one blob, open to be read. They stay what they are, even when the blob is deleted meanwhile.</summary>
public interface IOpenBlob : IAsyncDisposable
{
    /// <summary>In bytes.</summary>
    long Size { get; }

    /// <summary>The bytes from that one on, so many, as a stream that is read once. Parts may be read side by side.</summary>
    Stream Read(long offset, long length);
}

public static class OpenBlobs
{
    /// <summary>All bytes of the blob.</summary>
    public static Stream ReadAll(this IOpenBlob blob) => blob.Read(0, blob.Size);
}

/// <summary>
/// Where bytes come from that are promised and not here yet: see <see cref="IBlobStore.PromiseAsync"/>.
/// </summary>
public interface IBlobSource
{
    /// <summary>The bytes, as they come or once they have come; null where nobody has them to give.</summary>
    Task<IOpenBlob?> FetchAsync(Blob blob, CancellationToken cancellationToken = default);
}
