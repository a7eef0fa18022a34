using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>
/// Reads images from an upstream, manifest by manifest. What the server has already is not asked for: a digest says
/// all.
/// </summary>
internal sealed class ImageReader(IContentReader content)
{
    // No image of anybody's comes near; what has more costs more than it is worth.
    private const int MostManifests = 5_000;
    private const int MostDepth = 16;

    /// <summary>An image with all that its indexes list.</summary>
    /// <param name="upstream">Where from.</param>
    /// <param name="digest">What it is.</param>
    /// <param name="sent">Its manifest, where it came already.</param>
    /// <param name="platforms">Which images of an index are wanted.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="NotBroughtException">Something of it is missing there, or is none that is kept here.</exception>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task<UpstreamImage> ReadAsync(
        IUpstream upstream,
        Digest digest,
        UpstreamManifest? sent,
        PlatformSelection platforms,
        CancellationToken cancellationToken)
    {
        var image = new UpstreamImage(digest, platforms);
        await AddAsync(image, upstream, digest, sent, depth: 0, isReferrer: false, cancellationToken);
        return platforms.IsAll || !image[digest].Document.IsIndex || image.Own.Any(part => !part.Document.IsIndex)
            ? image
            : throw NotBroughtException.Skipped(
                SyncReason.NotWanted, "The index lists no image for the platforms that the remote names.");
    }

    /// <summary>Adds what speaks of an image upstream, and what speaks of that.</summary>
    /// <param name="image">The image.</param>
    /// <param name="upstream">Where from.</param>
    /// <param name="isStrict">False where what cannot be had is left out, and noted.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="NotBroughtException">Something of it is missing there.</exception>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task AddReferrersAsync(
        UpstreamImage image, IUpstream upstream, bool isStrict, CancellationToken cancellationToken)
    {
        var open = new Queue<Digest>(image.Parts.Select(part => part.Manifest.Digest));
        while (open.TryDequeue(out var subject))
        {
            if (await upstream.ListReferrersAsync(subject, cancellationToken) is not { } referrers)
                return;
            foreach (var referrer in referrers.Where(referrer => !image.Has(referrer)))
                try
                {
                    await AddAsync(image, upstream, referrer, null, depth: 0, isReferrer: true, cancellationToken);
                    open.Enqueue(referrer);
                }
                catch (NotBroughtException missing) when (!isStrict)
                {
                    image.NoteLeftOut(referrer, subject, missing.Message);
                }
        }
    }

    private async Task AddAsync(
        UpstreamImage image,
        IUpstream upstream,
        Digest digest,
        UpstreamManifest? sent,
        int depth,
        bool isReferrer,
        CancellationToken cancellationToken)
    {
        if (image.Has(digest))
            return;
        if (depth > MostDepth)
            throw NotBroughtException.Skipped(
                SyncReason.Unsupported, $"Its indexes lie in each other more than {MostDepth} deep.");
        var part = await ReadPartAsync(upstream, digest, sent, isReferrer, cancellationToken);
        var children = isReferrer ? part.Document.Children : image.Platforms.ChildrenOf(part.Document);
        foreach (var child in children)
            await AddAsync(image, upstream, child, null, depth + 1, isReferrer, cancellationToken);
        if (image.Parts.Count >= MostManifests)
            throw NotBroughtException.Skipped(
                SyncReason.Unsupported, $"It has more than {MostManifests} manifests, with all that speaks of it.");
        image.Add(part);
    }

    private async Task<UpstreamPart> ReadPartAsync(
        IUpstream upstream,
        Digest digest,
        UpstreamManifest? sent,
        bool isReferrer,
        CancellationToken cancellationToken)
    {
        if (await content.FindManifestAsync(digest, cancellationToken) is { } known)
            return new(known, known.Document, IsNew: false, isReferrer);
        sent ??= await upstream.GetManifestAsync(Reference.To(digest), cancellationToken)
            ?? throw NotBroughtException.Failed(
                SyncReason.MissingUpstream, $"The manifest {digest} is not there, although it is named.");
        try
        {
            var document = ManifestDocument.Parse(sent.Bytes, sent.MediaType);
            return new(new(digest, document.MediaType, sent.Bytes), document, IsNew: true, isReferrer);
        }
        catch (InvalidManifestException invalid)
        {
            throw NotBroughtException.Skipped(SyncReason.Unsupported, $"{digest}: {invalid.Message}");
        }
    }
}
