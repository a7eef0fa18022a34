using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Bundles;

/// <summary>
/// Reads a bundle from its first byte to its last, and believes nothing of it before it is proven: each header byte by byte,
/// each file by its digest, the order, the end, and at the end that all of it is what the signed document states. Memory does
/// not grow with the bundle.
/// </summary>
public sealed class BundleReader : IAsyncDisposable
{
    private readonly Stream _archive;
    private readonly BundleLedger _ledger;

    private ArchiveFile? _open;

    private BundleReader(Stream archive, BundleDocument read, ReportPublicKey signer)
    {
        (_archive, Document, Signer) = (archive, read, signer);
        _ledger = new(read.Entries.Blobs);
    }

    public BundleDocument Document { get; }

    /// <summary>Who signed it, as the document says: whether to trust that one is the caller's to decide.</summary>
    public ReportPublicKey Signer { get; }

    /// <summary>Whether the content that is read now is a manifest, and not a blob.</summary>
    public bool IsAtManifests { get; private set; }

    /// <summary>How many files were read.</summary>
    public long FilesRead => _ledger.Entries;

    /// <exception cref="BundleException">It is no bundle, or its document was altered.</exception>
    public static async Task<BundleReader> OpenAsync(Stream archive, CancellationToken cancellationToken)
    {
        try
        {
            var document = await ReadAsync(archive, BundlePath.Document, BundleDocument.MostBytes, cancellationToken);
            var signature = await ReadAsync(
                archive, BundlePath.DocumentSignature, ReportPublicKey.SignatureSize, cancellationToken);
            var read = BundleDocument.Read(document);
            if (!ReportPublicKey.TryParse(read.Key, out var signer))
                throw new BundleException($"The key in {BundlePath.Document} is no Ed25519 public key in PEM.");
            return signer.Verifies(document, signature)
                ? new(archive, read, signer)
                : throw new BundleException($"{BundlePath.Document} was altered: its signature does not fit.");
        }
        catch (EndOfStreamException)
        {
            throw new BundleException(
                "The archive breaks off before its second file. Name all chunks in their order, or the table of contents beside "
                + "them.");
        }
    }

    /// <summary>
    /// The next file; null where all of it was read, and is proven. Bytes of the one before that were not read are read, and
    /// proven, before.
    /// </summary>
    /// <exception cref="BundleException">Something is missing, or was added, altered, doubled or moved.</exception>
    public async ValueTask<BundlePath?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CloseAsync(cancellationToken);
            if (await TarHeader.ReadAsync(_archive, cancellationToken) is not var (text, size))
                return End();
            if (!BundlePath.TryParse(text, out var path))
                throw new BundleException($"'{text}' is nothing that belongs into a bundle.");
            IsAtManifests = path.Part is BundlePart.Content && _ledger.AreBlobsDone;
            _open = new(_archive, path, size);
            return path;
        }
        catch (EndOfStreamException)
        {
            throw new BundleException($"The archive breaks off after {_ledger.Entries} files; the rest is missing.");
        }
    }

    /// <summary>The size of the file in bytes.</summary>
    public long Size => _open!.Length;

    /// <summary>The bytes of the file, once.</summary>
    /// <param name="isProven">
    /// True where whoever reads them compares them with the digest that the path names, and fails where they differ.
    /// </param>
    public Stream Open(bool isProven = false)
    {
        if (!isProven || _open!.Path.Names is null)
            _open!.Hash();
        return _open;
    }

    /// <summary>All bytes of a file that must not be big. They are proven with the next file.</summary>
    /// <exception cref="BundleException">It is too big.</exception>
    public async Task<byte[]> ReadAllAsync(int atMost, CancellationToken cancellationToken)
    {
        if (Size > atMost)
            throw new BundleException($"'{_open!.Path}' has {Size} bytes; at most {atMost} are read.");
        var bytes = new byte[Size];
        await Open().ReadExactlyAsync(bytes, cancellationToken);
        if (_open!.Path.Names is { } digest && digest.SameAlgorithmOver(bytes) != digest)
            throw Altered(_open.Path);
        return bytes;
    }

    /// <summary>Closes the archive.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_open is not null)
            await _open.DisposeAsync();
        await _archive.DisposeAsync();
    }

    private async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_open is not { } open)
            return;
        _open = null;
        await open.DrainAsync(cancellationToken);
        var padding = new byte[TarHeader.Padding(open.Length)];
        await _archive.ReadExactlyAsync(padding, cancellationToken);
        if (padding.AsSpan().IndexOfAnyExcept((byte)0) >= 0)
            throw new BundleException($"What lies behind '{open.Path}' was altered.");
        var digest = open.Digest;
        if (open.Path.Names is { } named && named != digest)
            throw Altered(open.Path);
        _ledger.Add(new(open.Path, open.Length, digest));
    }

    private BundlePath? End() => _ledger.Totals == Document.Entries
        ? null
        : throw new BundleException(
            $"The bundle states {Document.Entries.Count} files of {Document.Entries.Bytes} bytes under the root "
            + $"{Document.Entries.Root}; there are {_ledger.Entries} of {_ledger.Bytes} under {_ledger.Root}: "
            + "something is missing, or was added or altered.");

    private static BundleException Altered(BundlePath path) =>
        new($"The bytes of '{path}' are not those of that digest: they were altered.");

    private static async Task<byte[]> ReadAsync(
        Stream archive, string expected, int atMost, CancellationToken cancellationToken)
    {
        if (await TarHeader.ReadAsync(archive, cancellationToken) is not var (path, size) || path != expected)
            throw new BundleException($"This is no bundle of a registry: {expected} is not where it must be.");
        if (size > atMost)
            throw new BundleException($"{expected} has {size} bytes; at most {atMost} are read.");
        var bytes = new byte[size + TarHeader.Padding(size)];
        await archive.ReadExactlyAsync(bytes, cancellationToken);
        return bytes.AsSpan((int)size).IndexOfAnyExcept((byte)0) < 0
            ? bytes[..(int)size]
            : throw new BundleException($"What lies behind {expected} was altered.");
    }
}
