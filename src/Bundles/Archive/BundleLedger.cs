using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>Counts the files of a bundle as they pass, and holds them to their order. Manifests follow the blobs.</summary>
public sealed class BundleLedger
{
    private readonly MerkleTree _tree = new();

    private BundlePath? _last;

    /// <param name="blobs">How many blobs come before the first manifest; null where <see cref="BeginManifests"/> says so.</param>
    public BundleLedger(long? blobs = null) => _expectedBlobs = blobs ?? long.MaxValue;

    private long _expectedBlobs;

    public long Entries { get; private set; }

    public long Bytes { get; private set; }

    public long Blobs { get; private set; }

    public long Manifests { get; private set; }

    public long Signatures { get; private set; }

    public Digest Root => _tree.Root;

    /// <summary>Whether the next content is a manifest.</summary>
    public bool AreBlobsDone => Blobs >= _expectedBlobs;

    public void BeginManifests() => _expectedBlobs = Blobs;

    /// <exception cref="BundleException">It is there already, or comes too late.</exception>
    public void Add(BundleEntry entry)
    {
        var isManifest = entry.Path.Part is BundlePart.Content && AreBlobsDone;
        var isFirstManifest = isManifest && Manifests == 0;
        if (_last is not null && !(isFirstManifest && _last.Part is BundlePart.Content) && BundlePath.Compare(_last, entry.Path) >= 0)
            throw new BundleException(
                $"'{entry.Path}' follows '{_last}', which is not its place: something is missing, or was added, doubled or moved.");
        _last = entry.Path;
        _tree.Add(entry);
        Entries++;
        Bytes += entry.Size;
        if (isManifest)
            Manifests++;
        else if (entry.Path.Part is BundlePart.Content)
            Blobs++;
        else if (entry.Path.Part is BundlePart.Signatures)
            Signatures++;
    }

    /// <summary>What the document says of all that passed.</summary>
    public BundleTotals Totals => new(Entries, Bytes, Blobs, Manifests, Signatures, Root.ToString());
}
