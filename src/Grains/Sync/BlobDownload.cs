using OrleansRegistry.Content;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Sync;

/// <summary>Downloads one blob into an upload, on from where it broke off, and proves it.</summary>
internal sealed class BlobDownload(IUploads uploads)
{
    // Whoever breaks off so often without a byte in between does so always.
    private const int MostBreaks = 5;

    /// <param name="upstream">Where from.</param>
    /// <param name="blob">What, with the size that its manifest claims.</param>
    /// <param name="arrived">Told how many bytes can be read of which upload.</param>
    /// <param name="cancellationToken">Stops it; nothing is left behind.</param>
    /// <exception cref="NotBroughtException">It is not there, or is not what its manifest says.</exception>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    /// <exception cref="ProblemException">There is no room for it.</exception>
    public async Task<SealedUpload> RunAsync(
        IUpstream upstream, Blob blob, Action<Guid, long>? arrived, CancellationToken cancellationToken)
    {
        await using var writer = await uploads.CreateAsync(ChunkedUpload.NoRepository, blob.Digest, cancellationToken);
        var (written, breaks) = (0L, 0);
        while (true)
        {
            arrived?.Invoke(writer.Upload, written);
            await using var content = await upstream.OpenBlobAsync(blob.Digest, written, cancellationToken)
                ?? throw NotBroughtException.Failed(
                    SyncReason.MissingUpstream, $"The blob {blob.Digest} is not there, although a manifest names it.");
            var before = written;
            await using var counted = new ArrivingStream(
                content, blob.Size - written + 1, bytes => arrived?.Invoke(writer.Upload, before + bytes));
            try
            {
                await writer.WriteAsync(counted, cancellationToken);
                written += counted.Arrived;
                if (written == blob.Size)
                    return await SealAsync(writer, blob, cancellationToken);
                throw NotBroughtException.Failed(
                    SyncReason.Mismatch,
                    $"The blob {blob.Digest} is {(written < blob.Size ? "shorter" : "longer")} than the {blob.Size} bytes that "
                    + "its manifest says.");
            }
            catch (ArrivingStream.BrokenOffException broken)
            {
                written += counted.Arrived;
                breaks = counted.Arrived > 0 ? 1 : breaks + 1;
                if (breaks == MostBreaks)
                    throw new UpstreamException(
                        UpstreamFailure.Unreachable,
                        $"The blob {blob.Digest} broke off after {written} bytes, again and again: {broken.Message}", broken);
            }
            catch (IOException full)
            {
                throw NoRoom(full);
            }
        }
    }

    private static async Task<SealedUpload> SealAsync(IBlobWriter writer, Blob blob, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.SealAsync(cancellationToken);
        }
        catch (ProblemException mismatch) when (mismatch.Problem.Kind is ProblemKind.DigestMismatch)
        {
            throw NotBroughtException.Failed(
                SyncReason.Mismatch, $"The blob {blob.Digest} has other bytes than it should. {mismatch.Message}");
        }
    }

    private static ProblemException NoRoom(IOException cause) => new(
        ProblemKind.UploadInvalid, $"What is downloaded cannot be stored: {cause.Message} Make room, and try again.");
}
