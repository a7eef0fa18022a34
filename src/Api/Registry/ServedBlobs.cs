using OrleansRegistry.Content;

namespace OrleansRegistry.Registry;

/// <summary>The bytes of blobs that may be pulled: those that are here, or else those that their source has.</summary>
internal sealed class ServedBlobs(IBlobBytes bytes, IBlobStore records, IBlobSource source)
{
    /// <summary>In bytes. Of a blob that is only promised, what the promise says.</summary>
    public async Task<long> SizeAsync(Blob blob, CancellationToken cancellationToken)
    {
        await using var here = await FindAsync(blob, cancellationToken);
        return here?.Size ?? blob.Size;
    }

    /// <exception cref="ProblemException">They are promised, and nobody has them to give.</exception>
    public async Task<IOpenBlob> OpenAsync(Blob blob, CancellationToken cancellationToken) =>
        await FindAsync(blob, cancellationToken)
        ?? await source.FetchAsync(blob, cancellationToken)
        ?? throw new ProblemException(
            ProblemKind.BlobUnknown,
            "The bytes of this blob are not here yet, and there is nothing to fetch them from.",
            blob.Digest.ToString());

    // Bytes that were never promised were here: that they are not is a fault of ours, and no answer.
    private async Task<IOpenBlob?> FindAsync(Blob blob, CancellationToken cancellationToken) =>
        await bytes.OpenAsync(blob.Digest, cancellationToken) is { } here
            ? here
            : await records.IsPromisedAsync(blob.Digest, cancellationToken)
                ? null
                : await bytes.OpenAsync(blob.Digest, cancellationToken) // they may have come in between
                    ?? throw new FileNotFoundException($"The bytes of {blob.Digest} are lost.");
}
