using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <summary>Writes the manifests by which cosign attaches signatures to images. Source: cosign, SIGNATURE_SPEC.md.</summary>
internal static class CosignAttachments
{
    private const string SignatureAnnotation = "dev.cosignproject.cosign/signature";
    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string ReferrerConfigType = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private const string NoTime = "0001-01-01T00:00:00Z";

    // As cosign writes it: a plus of base64 stays one.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One signature, as a layer.</summary>
    public static JsonObject Layer(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature) => new()
    {
        ["mediaType"] = PayloadType,
        ["size"] = payload.Length,
        ["digest"] = Digest.Sha256(payload).ToString(),
        ["annotations"] = new JsonObject { [SignatureAnnotation] = Convert.ToBase64String(signature) },
    };

    /// <summary>The layers of a manifest of signatures, to go on from; none of an index, which is no such manifest.</summary>
    /// <exception cref="SigningFailedException">
    /// It is a manifest that an earlier version of this server took, and that this one would not.
    /// </exception>
    public static List<JsonObject> LayersOf(Manifest? signatures)
    {
        if (signatures is null)
            return [];
        try
        {
            if (signatures.Document.IsIndex)
                return [];
        }
        catch (InvalidManifestException invalid)
        {
            throw new SigningFailedException(
                $"The manifest under its tag for signatures cannot be added to: {invalid.Message} Remove that tag first.");
        }

        return JsonNode.Parse(signatures.Bytes.Span)!["layers"] is JsonArray layers
            ? [.. layers.Select(layer => layer!.DeepClone().AsObject())]
            : [];
    }

    /// <summary>Whether a layer holds a good signature of that payload by that key.</summary>
    public static bool IsOwn(JsonObject layer, CosignKey key, ReadOnlySpan<byte> payload) =>
        (string?)layer["digest"] == Digest.Sha256(payload).ToString()
        && layer["annotations"] is JsonObject annotations
        && annotations[SignatureAnnotation] is JsonValue annotation
        && annotation.TryGetValue<string>(out var base64)
        && new byte[base64.Length] is var bytes
        && Convert.TryFromBase64String(base64, bytes, out var length)
        && key.Verify(payload, bytes.AsSpan(0, length));

    /// <summary>A manifest of signatures with its config; with a subject it is a referrer of that.</summary>
    /// <exception cref="SigningFailedException">It would be too large.</exception>
    public static (Manifest Manifest, byte[] Config) Write(IReadOnlyList<JsonObject> layers, Manifest? subject)
    {
        var config = Bytes(new JsonObject
        {
            ["architecture"] = "",
            ["created"] = NoTime,
            ["history"] = new JsonArray([.. layers.Select(_ => new JsonObject { ["created"] = NoTime })]),
            ["os"] = "",
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray([.. layers.Select(layer => layer["digest"]!.DeepClone())]),
            },
            ["config"] = new JsonObject(),
        });
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = new JsonObject
            {
                ["mediaType"] = subject is null ? MediaTypes.OciConfig : ReferrerConfigType,
                ["size"] = config.Length,
                ["digest"] = Digest.Sha256(config).ToString(),
            },
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.DeepClone())]),
        };
        if (subject is not null)
            json["subject"] = new JsonObject
            {
                ["mediaType"] = subject.MediaType,
                ["size"] = subject.Bytes.Length,
                ["digest"] = subject.Digest.ToString(),
            };
        var bytes = Bytes(json);
        if (bytes.Length > ManifestDocument.MaxBytes)
            throw new SigningFailedException(
                $"The manifest of its signatures would have {bytes.Length} bytes; at most {ManifestDocument.MaxBytes} can "
                + "be pulled. Remove some of them first.");
        return (new(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes), config);
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(Plain));
}
