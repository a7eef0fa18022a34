using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Notation;
using OrleansRegistry.Signing;

namespace OrleansRegistry.SigningKeys;

/// <summary>Reads the signatures in the layers of a manifest. One that is not here, or cannot be read, is left out.</summary>
internal sealed class AttachedLayers(IBlobBytes blobs)
{
    public async Task<IReadOnlyList<AttachedLayer>> ReadAsync(
        Manifest manifest, ManifestDocument document, CancellationToken cancellationToken)
    {
        var found = new List<AttachedLayer>();
        foreach (var (mediaType, digest, value) in LayersOf(manifest.Bytes))
            if (await FindAsync(digest, cancellationToken) is { } bytes)
                if (SignatureManifests.IsOfNotation(document))
                {
                    if (NotationEnvelope.TryRead(mediaType, bytes, out var envelope))
                        found.Add(new(null, envelope));
                }
                else if (mediaType == SignatureManifests.CosignPayload)
                {
                    if (value is not null)
                        found.Add(new(AttachedSignature.OfPayload(bytes, value), null));
                }
                else if (AttachedSignature.TryReadStatement(bytes, out var stated))
                    found.Add(new(stated, null));
        return found;
    }

    /// <summary>The layers, each with what its annotation says that its signature is.</summary>
    internal static IEnumerable<(string MediaType, Digest Layer, byte[]? Value)> LayersOf(ReadOnlyMemory<byte> manifest)
    {
        using var json = JsonDocument.Parse(manifest);
        if (!json.RootElement.TryGetProperty("layers", out var layers) || layers.ValueKind is not JsonValueKind.Array)
            yield break;
        foreach (var layer in layers.EnumerateArray())
            yield return (
                layer.GetProperty("mediaType").GetString()!, Digest.Parse(layer.GetProperty("digest").GetString()!),
                ValueOf(layer));
    }

    // Annotations may be anything: nobody has looked at them.
    private static byte[]? ValueOf(JsonElement layer) =>
        layer.TryGetProperty("annotations", out var annotations) && annotations.ValueKind is JsonValueKind.Object
        && annotations.TryGetProperty(SignatureManifests.CosignSignature, out var signature)
        && signature.ValueKind is JsonValueKind.String && signature.TryGetBytesFromBase64(out var value)
            ? value
            : null;

    private async Task<byte[]?> FindAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using var blob = await blobs.OpenAsync(digest, cancellationToken);
        if (blob is null || blob.Size > SignatureLimits.MaxBlobBytes)
            return null;
        var bytes = new byte[blob.Size];
        await blob.ReadAll().ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}

/// <summary>A signature in a layer: of cosign, or of notation.</summary>
internal sealed record AttachedLayer(AttachedSignature? Cosign, NotationEnvelope? Notation)
{
    /// <summary>Those of the keys that made it. What it is of it says itself.</summary>
    public IEnumerable<AttachedKey> MadeBy(OpenKeys keys) =>
        (Cosign?.Image ?? Notation?.Image) is not { } image
            ? []
            : from known in keys.Public
              where Cosign is { } cosign ? known.Key.Made(cosign) : Notation!.WasMadeBy(known.Key)
              select new AttachedKey(known.Name, image, Cosign?.IsOfSigning ?? true);
}
