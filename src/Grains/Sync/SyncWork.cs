using System.Collections.Concurrent;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>A reference, and what it names upstream at this moment.</summary>
internal sealed record ResolvedReference(string Reference, Digest Digest, UpstreamManifest? Sent);

/// <summary>An image that is on the server now, and is to be gathered under its names.</summary>
internal sealed record BroughtImage(
    UpstreamImage Image, IReadOnlyList<ResolvedReference> Names, IReadOnlyList<Signature> Signatures, SyncTally Tally)
{
    public IEnumerable<Tag> Tags => Names.Where(name => !Digest.TryParse(name.Reference, out _))
        .Select(name => Tag.Parse(name.Reference));

    /// <summary>What makes it new to a repository.</summary>
    public IEnumerable<ContentUnit> Units =>
    [
        .. Tags.Select(tag => ContentUnit.Tag(tag, Image.Root)),
        .. Image.Parts.Select(part => ContentUnit.Manifest(part.Manifest.Digest)),
        .. Signatures.Select(signature => signature.Unit),
    ];

    /// <param name="there">What of that the repository holds.</param>
    public IEnumerable<SettledReference> Settle(HashSet<ContentUnit> there)
    {
        var signatures = Signatures.Count(signature => !there.Contains(signature.Unit));
        var isUnchanged = Units.All(there.Contains);
        var brought = Tally with { Signatures = signatures };
        foreach (var name in Names)
        {
            yield return new(
                name.Reference, isUnchanged ? SyncOutcome.Unchanged : SyncOutcome.Taken, Image.Root, null, null,
                Image.Notes, brought);
            brought = default; // it was brought once, whatever it is called
        }
    }
}

/// <summary>One piece of work: what it needs to know, and what has come of it so far.</summary>
internal sealed class SyncWork(
    SyncChunk chunk, IUpstream upstream, RemoteSettings settings, SignatureTrust trust, SignatureSource source)
{
    public int Unanswered;

    public SyncChunk Chunk => chunk;

    public IUpstream Upstream => upstream;

    public RemoteSettings Settings => settings;

    public SignatureTrust Trust => trust;

    public SignatureSource Source => source;

    public ConcurrentBag<BroughtImage> Brought { get; } = [];

    public ConcurrentBag<(SettledReference Settled, bool IsToBeKept)> NotBrought { get; } = [];

    public ConcurrentBag<UpstreamImage> KeepSignatures { get; } = [];

    public List<ContentUnit> Kept { get; } = [];

    public void Fail(string[] references, SyncOutcome outcome, SyncReason reason, string message, bool isToBeKept)
    {
        foreach (var reference in references)
            NotBrought.Add((new(reference, outcome, null, reason, message, [], default), isToBeKept));
    }
}
