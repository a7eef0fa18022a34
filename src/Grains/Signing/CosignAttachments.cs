using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>Writes the manifests by which cosign attaches signatures to images. Source: contract of signatures, 5.1 and 5.2.</summary>
internal static class CosignAttachments
{
    public const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    private const string PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string ReferrerConfigType = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private const string NoTime = "0001-01-01T00:00:00Z";

    /// <summary>The tag under which cosign looks for the signatures of an image.</summary>
    public static Tag TagOf(Digest image) => Tag.Parse($"{image.Algorithm}-{image.Hex}.sig");

    /// <summary>One signature, as a layer.</summary>
    public static JsonObject Layer(byte[] payload, byte[] signature) => new()
    {
        ["mediaType"] = PayloadType,
        ["size"] = payload.Length,
        ["digest"] = Digest.Sha256(payload).ToString(),
        ["annotations"] = new JsonObject { [SignatureAnnotation] = Convert.ToBase64String(signature) },
    };

    /// <summary>The layers of a manifest of signatures, to go on from.</summary>
    public static IEnumerable<JsonObject> LayersOf(Manifest signatures) =>
        JsonNode.Parse(signatures.Bytes.Span)!["layers"]!.AsArray().Select(layer => layer!.DeepClone().AsObject());

    /// <summary>A manifest of signatures with its config; with a subject it is a referrer of that.</summary>
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
        return (new(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes), config);
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
