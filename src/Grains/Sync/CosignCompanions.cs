using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>
/// Judges images by what cosign keeps beside them, under tags that are named after their digests. Source: Pulp's REST: sync,
/// <c>signed_only</c>; sigstore, cosign, SPEC.md.
/// </summary>
internal sealed class CosignCompanions(ISyncStore syncs)
{
    /// <summary>Whether an image has a companion that signs it, by whomever.</summary>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task<bool> IsSignedAsync(
        Guid sync, IUpstream upstream, Digest image, CancellationToken cancellationToken)
    {
        if (image.Algorithm != "sha256")
            return false;
        var (signatures, index) = ($"sha256-{image.Hex}.sig", $"sha256-{image.Hex}");
        var known = await syncs.KnownAsync(sync, [signatures, index], cancellationToken);
        return known.Contains(signatures)
            || (known.Contains(index) && await ListsArtifactsAsync(upstream, index, cancellationToken));
    }

    // The fallback of the referrers API, where every entry is an artifact.
    private static async Task<bool> ListsArtifactsAsync(
        IUpstream upstream, string tag, CancellationToken cancellationToken)
    {
        if (await upstream.GetManifestAsync(Reference.To(Tag.Parse(tag)), cancellationToken) is not { } manifest)
            return false;
        try
        {
            using var json = JsonDocument.Parse(manifest.Bytes);
            return json.RootElement.TryGetProperty("manifests", out var entries)
                && entries.ValueKind is JsonValueKind.Array
                && entries.GetArrayLength() > 0
                && entries.EnumerateArray().All(entry => entry.ValueKind is JsonValueKind.Object
                    && entry.TryGetProperty("artifactType", out var type) && type.ValueKind is JsonValueKind.String);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
