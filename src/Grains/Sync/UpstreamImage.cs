using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Sync;

/// <summary>An image as it is brought: its manifests, those that speak of it, and all blobs that they name.</summary>
internal sealed class UpstreamImage(Digest root, PlatformSelection platforms)
{
    private readonly Dictionary<Digest, UpstreamPart> _parts = [];

    public Digest Root => root;

    /// <summary>Which images of its indexes are wanted.</summary>
    public PlatformSelection Platforms => platforms;

    /// <summary>All manifests, each after those that it lists; what speaks of others comes last.</summary>
    public IReadOnlyCollection<UpstreamPart> Parts => _parts.Values;

    /// <summary>What else is worth knowing, for the report.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The blobs that the manifests name, with the sizes that they claim.</summary>
    public IReadOnlyCollection<Blob> Blobs => [.. _parts.Values.SelectMany(part => part.Blobs).DistinctBy(blob => blob.Digest)];

    /// <summary>
    /// The blobs that are always fetched: configs, of which the catalogue tells the content; and what attached signatures are
    /// made of, for who made them is found out when they come.
    /// </summary>
    public HashSet<Digest> AlwaysFetched =>
    [
        .. _parts.Values.Select(part => part.Document.Config?.Digest).OfType<Digest>(),
        .. _parts.Values.Where(part => SignatureManifests.Contains(part.Document))
            .SelectMany(part => part.Blobs).Select(blob => blob.Digest),
    ];

    public bool Has(Digest manifest) => _parts.ContainsKey(manifest);

    public UpstreamPart this[Digest manifest] => _parts[manifest];

    public void Add(UpstreamPart part) => _parts.TryAdd(part.Manifest.Digest, part);

    public void NoteLeftOut(Digest referrer, Digest subject, string why) =>
        Notes.Add($"{referrer}, which speaks of {subject}, was left out: {why}");

    /// <summary>
    /// Leaves out what names a blob and is no part of the image itself, with all that hangs on it. False where the image
    /// itself names the blob.
    /// </summary>
    public bool LeaveOut(Digest blob, string why)
    {
        return LeaveOut([.. _parts.Values.Where(part => part.Blobs.Any(named => named.Digest == blob))], why);
    }

    /// <summary>The same of one manifest. False where it is part of the image itself.</summary>
    public bool LeaveOut(UpstreamPart part, string why) => !Has(part.Manifest.Digest) || LeaveOut([part], why);

    private bool LeaveOut(List<UpstreamPart> leaving, string why)
    {
        if (leaving.Exists(part => !part.IsReferrer))
            return false;
        while (leaving.Count > 0)
        {
            foreach (var part in leaving)
            {
                _parts.Remove(part.Manifest.Digest);
                if (part.Document.Subject is { } subject)
                    NoteLeftOut(part.Manifest.Digest, subject.Digest, why);
            }

            var listed = _parts.Values.SelectMany(part => part.Document.Children).ToHashSet();
            leaving = [.. _parts.Values.Where(part => part.IsReferrer && IsHanging(part, listed))];
        }

        return true;
    }

    // It lists something that is gone, or it is there for something that is.
    private bool IsHanging(UpstreamPart part, HashSet<Digest> listed) =>
        part.Document.Children.Any(child => !Has(child))
        || !(listed.Contains(part.Manifest.Digest) || (part.Document.Subject is { } subject && Has(subject.Digest)));

    /// <summary>The manifests that the root is made of, itself among them.</summary>
    public IEnumerable<UpstreamPart> Own => _parts.Values.Where(part => !part.IsReferrer);
}

/// <summary>One manifest of an image.</summary>
/// <param name="Manifest">Its bytes.</param>
/// <param name="Document">What they say.</param>
/// <param name="IsNew">True where the server did not have it.</param>
/// <param name="IsReferrer">True where it is part of what speaks of the image.</param>
internal sealed record UpstreamPart(Manifest Manifest, ManifestDocument Document, bool IsNew, bool IsReferrer)
{
    /// <summary>The digest that atomic signatures name.</summary>
    public Digest Signed => Manifest.OtherName ?? Manifest.Digest;

    public IEnumerable<Blob> Blobs
    {
        get
        {
            var wanted = Document.Blobs.ToHashSet();
            return Document.Descriptors.Where(named => named.Place != "subject" && wanted.Contains(named.Descriptor.Digest))
                .Select(named => new Blob(named.Descriptor.Digest, named.Descriptor.Size));
        }
    }
}

/// <summary>Why one reference is not brought. Others go on.</summary>
internal sealed class NotBroughtException(SyncOutcome outcome, SyncReason reason, string message) : Exception(message)
{
    public SyncOutcome Outcome => outcome;

    public SyncReason Reason => reason;

    public static NotBroughtException Skipped(SyncReason reason, string message) =>
        new(SyncOutcome.Skipped, reason, message);

    public static NotBroughtException Failed(SyncReason reason, string message) =>
        new(SyncOutcome.Failed, reason, message);
}
