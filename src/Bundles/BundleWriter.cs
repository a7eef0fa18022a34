namespace OrleansRegistry.Bundles;

/// <summary>
/// Writes a bundle from its first byte to its last: the document, which states what follows, its signature, and the files.
/// The output is never sought in. What is written is compared with what was stated.
/// </summary>
public sealed class BundleWriter
{
    private static readonly byte[] Zeros = new byte[2 * TarHeader.Block];

    private readonly Stream _output;
    private readonly BundleTotals _stated;
    private readonly BundleLedger _ledger;

    private BundleWriter(Stream output, BundleTotals stated)
    {
        (_output, _stated) = (output, stated);
        _ledger = new(stated.Blobs);
    }

    /// <param name="output">Where to.</param>
    /// <param name="document">The document, as it was signed.</param>
    /// <param name="signature">64 bytes.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static async Task<BundleWriter> BeginAsync(
        Stream output, byte[] document, byte[] signature, CancellationToken cancellationToken)
    {
        var writer = new BundleWriter(output, BundleDocument.Read(document).Entries);
        await writer.WriteAsync(BundlePath.Document, document, cancellationToken);
        await writer.WriteAsync(BundlePath.DocumentSignature, signature, cancellationToken);
        return writer;
    }

    /// <summary>Writes a file that is in memory.</summary>
    public async Task WriteAsync(BundlePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _ledger.Add(BundleEntry.Of(path, content.Span));
        await WriteAsync(path.Text, content, cancellationToken);
    }

    /// <summary>Writes a file that is as it is stated.</summary>
    /// <exception cref="BundleException">Its bytes are others.</exception>
    public async Task WriteAsync(BundleEntry entry, Stream content, CancellationToken cancellationToken)
    {
        await _output.WriteAsync(TarHeader.Write(entry.Path.Text, entry.Size), cancellationToken);
        var (size, digest) = await HashingCopy.RunAsync(
            content, _output, entry.Size, entry.Digest.Algorithm, cancellationToken);
        if (size != entry.Size || digest != entry.Digest)
            throw new BundleException(
                $"The bytes of '{entry.Path}' are not what they should be: they are damaged where they are kept.");
        await PadAsync(entry.Size, cancellationToken);
        _ledger.Add(entry);
    }

    /// <summary>Ends the archive.</summary>
    /// <exception cref="BundleException">It is not what the document states.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_ledger.Totals != _stated)
            throw new BundleException("What was exported changed while it was being exported; begin again.");
        await _output.WriteAsync(Zeros, cancellationToken);
    }

    private async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await _output.WriteAsync(TarHeader.Write(path, content.Length), cancellationToken);
        await _output.WriteAsync(content, cancellationToken);
        await PadAsync(content.Length, cancellationToken);
    }

    private ValueTask PadAsync(long size, CancellationToken cancellationToken) =>
        _output.WriteAsync(Zeros.AsMemory(0, TarHeader.Padding(size)), cancellationToken);
}
