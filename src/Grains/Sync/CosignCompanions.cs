using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Sync;

/// <summary>
/// Judges images by what cosign keeps beside them, under tags that are named after their digests. Source: Pulp's REST: sync,
/// <c>signed_only</c>; sigstore, cosign, SPEC.md.
/// </summary>
internal sealed class CosignCompanions(ISyncStore syncs)
{
    private const string SignatureAnnotation = "dev.cosignproject.cosign/signature";
    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>Whether an image is signed by a companion: by one of those keys, or by anybody where none are given.</summary>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    public async Task<bool> IsSignedAsync(
        Guid sync, IUpstream upstream, Digest image, IReadOnlyList<CosignPublicKey> keys, CancellationToken cancellationToken)
    {
        if (image.Algorithm != "sha256")
            return false;
        var (signatures, index) = ($"sha256-{image.Hex}.sig", $"sha256-{image.Hex}");
        var known = await syncs.KnownAsync(sync, [signatures, index], cancellationToken);
        if (known.Contains(signatures))
            return keys.Count == 0 || await IsSignedByAsync(upstream, signatures, image, keys, cancellationToken);
        return keys.Count == 0 && known.Contains(index) && await ListsArtifactsAsync(upstream, index, cancellationToken);
    }

    private static async Task<bool> IsSignedByAsync(
        IUpstream upstream,
        string tag,
        Digest image,
        IReadOnlyList<CosignPublicKey> keys,
        CancellationToken cancellationToken)
    {
        if (await ReadAsync(upstream, tag, cancellationToken) is not { } bytes)
            return false;
        foreach (var (payload, signature) in LayersOf(bytes))
            if (await ReadBlobAsync(upstream, payload, cancellationToken) is { } signed
                && keys.Any(key => key.Accepts(signed, signature, image)))
                return true;
        return false;
    }

    // The fallback of the referrers API, where every entry is an artifact.
    private static async Task<bool> ListsArtifactsAsync(
        IUpstream upstream, string tag, CancellationToken cancellationToken)
    {
        if (await ReadAsync(upstream, tag, cancellationToken) is not { } bytes)
            return false;
        try
        {
            using var json = JsonDocument.Parse(bytes);
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

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(
        IUpstream upstream, string tag, CancellationToken cancellationToken) =>
        (await upstream.GetManifestAsync(Reference.To(Tag.Parse(tag)), cancellationToken))?.Bytes;

    private static List<(Digest Payload, byte[] Signature)> LayersOf(ReadOnlyMemory<byte> manifest)
    {
        var found = new List<(Digest, byte[])>();
        try
        {
            using var json = JsonDocument.Parse(manifest);
            foreach (var layer in json.RootElement.GetProperty("layers").EnumerateArray())
                if (layer.TryGetProperty("mediaType", out var type) && type.ValueEquals(PayloadType)
                    && layer.TryGetProperty("digest", out var digest) && Digest.TryParse(digest.GetString(), out var payload)
                    && layer.TryGetProperty("annotations", out var annotations)
                    && annotations.TryGetProperty(SignatureAnnotation, out var signature)
                    && signature.TryGetBytesFromBase64(out var value))
                    found.Add((payload, value));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // No manifest of cosign's: nobody signed anything in it.
        }

        return found;
    }

    private static async Task<byte[]?> ReadBlobAsync(
        IUpstream upstream, Digest digest, CancellationToken cancellationToken)
    {
        await using var content = await upstream.OpenBlobAsync(digest, 0, cancellationToken);
        if (content is null)
            return null;
        var bytes = new byte[SignatureLimits.MaxBlobBytes];
        try
        {
            var length = await content.ReadAtLeastAsync(
                bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            var read = bytes[..length];
            return digest.SameAlgorithmOver(read) == digest ? read : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
