using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Sync;

/// <summary>
/// Reads the signatures that cosign attached to an image: under the tag that is named after it, and in what has it for a
/// subject, bundles among them. What is here already is not asked for. Source: sigstore, cosign, SPEC.md.
/// </summary>
internal sealed class CosignAttachments(ISyncStore syncs, IContentReader content, IBlobBytes blobs)
{
    // As many as of atomic signatures.
    private const int MostPerImage = 128;

    /// <summary>The signatures of one manifest, good and bad, those under its tag first.</summary>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task<IReadOnlyList<AttachedSignature>> ReadAsync(
        Guid sync, IUpstream upstream, Digest image, CancellationToken cancellationToken)
    {
        var found = new List<AttachedSignature>();
        if (image.Algorithm != "sha256")
            return found;
        var (signatures, index) = ($"sha256-{image.Hex}.sig", $"sha256-{image.Hex}");
        var known = await syncs.KnownAsync(sync, [signatures, index], cancellationToken);
        if (known.Contains(signatures))
            await AddAsync(found, upstream, Named(signatures), cancellationToken);
        var referrers = await upstream.ListReferrersAsync(image, cancellationToken)
            ?? (known.Contains(index) ? await ReadIndexAsync(upstream, Named(index), cancellationToken) : []);
        foreach (var referrer in referrers.Take(MostPerImage))
            await AddAsync(found, upstream, Reference.To(referrer), cancellationToken);
        return found;
    }

    private async Task AddAsync(
        List<AttachedSignature> found, IUpstream upstream, Reference reference, CancellationToken cancellationToken)
    {
        foreach (var (digest, value) in LayersOf(await FindManifestAsync(upstream, reference, cancellationToken)))
            if (found.Count < MostPerImage && await FindBlobAsync(upstream, digest, cancellationToken) is { } bytes)
            {
                if (value is not null)
                    found.Add(AttachedSignature.OfPayload(bytes, value));
                else if (AttachedSignature.TryReadBundle(bytes, out var bundled))
                    found.Add(bundled);
            }
    }

    // The fallback of the referrers API.
    private async Task<IReadOnlyList<Digest>> ReadIndexAsync(
        IUpstream upstream, Reference reference, CancellationToken cancellationToken) =>
        TryParse(await FindManifestAsync(upstream, reference, cancellationToken)) is { IsIndex: true } index
            ? [.. index.Children]
            : [];

    /// <summary>The layers that are signatures, with what their annotation says; a bundle has none.</summary>
    private static IEnumerable<(Digest Layer, byte[]? Value)> LayersOf(UpstreamManifest? manifest)
    {
        if (manifest is null || TryParse(manifest) is null)
            yield break;
        foreach (var (mediaType, layer, value) in AttachedLayers.LayersOf(manifest.Bytes))
            if (SignatureManifests.IsBundle(mediaType))
                yield return (layer, null);
            else if (mediaType == SignatureManifests.CosignPayload && value is not null)
                yield return (layer, value);
    }

    private static ManifestDocument? TryParse(UpstreamManifest? manifest)
    {
        try
        {
            return manifest is null ? null : ManifestDocument.Parse(manifest.Bytes, manifest.MediaType);
        }
        catch (InvalidManifestException)
        {
            return null;
        }
    }

    private async Task<UpstreamManifest?> FindManifestAsync(
        IUpstream upstream, Reference reference, CancellationToken cancellationToken) =>
        reference.Digest is { } digest && await content.FindManifestAsync(digest, cancellationToken) is { } here
            ? new(here.Digest, here.MediaType, here.Bytes)
            : await upstream.GetManifestAsync(reference, cancellationToken);

    private async Task<byte[]?> FindBlobAsync(IUpstream upstream, Digest digest, CancellationToken cancellationToken)
    {
        await using var here = await blobs.OpenAsync(digest, cancellationToken);
        await using var bytes = here?.ReadAll() ?? await upstream.OpenBlobAsync(digest, 0, cancellationToken);
        if (bytes is null)
            return null;
        var most = new byte[SignatureLimits.MaxBlobBytes];
        try
        {
            var length = await bytes.ReadAtLeastAsync(most, most.Length, throwOnEndOfStream: false, cancellationToken);
            var read = most[..length];
            return digest.SameAlgorithmOver(read) == digest ? read : null;
        }
        catch (IOException) when (here is null)
        {
            return null; // it broke off
        }
    }

    private static Reference Named(string tag) => Reference.To(Tag.Parse(tag));
}
