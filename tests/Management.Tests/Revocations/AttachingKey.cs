using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>A key as cosign and notation use one, and what they attach to images with it.</summary>
public sealed class AttachingKey : IDisposable
{
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string StatementType = "application/vnd.in-toto+json";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    public string Fingerprint => Convert.ToHexString(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()));

    /// <summary>A signature under the tag that is named after the image. The answer is its manifest.</summary>
    public Task<string> SignByTagAsync(HttpClient http, string name, string image) =>
        SimpleAsync(http, name, image, $"{image.Replace(':', '-')}.sig", isReferrer: false);

    /// <summary>A signature that has the image for a subject.</summary>
    public Task<string> SignByReferrerAsync(HttpClient http, string name, string image) =>
        SimpleAsync(http, name, image, null, isReferrer: true);

    /// <summary>A signature in a bundle.</summary>
    public Task<string> SignByBundleAsync(HttpClient http, string name, string image) => StateAsync(
        http, name, image, "https://sigstore.dev/cosign/sign/v1", "application/vnd.dev.sigstore.bundle.v0.3+json",
        envelope => new JsonObject { ["dsseEnvelope"] = envelope });

    /// <summary>An attestation: it says something else than that the image is signed.</summary>
    public Task<string> AttestAsync(HttpClient http, string name, string image) => StateAsync(
        http, name, image, "https://spdx.dev/Document", "application/vnd.dsse.envelope.v1+json", envelope => envelope);

    /// <summary>A signature of notation, in JWS.</summary>
    public Task<string> SignByNotationAsync(HttpClient http, string name, string image)
    {
        var payload = Encode($$$"""{"targetArtifact":{"mediaType":"{{{OciManifest}}}","digest":"{{{image}}}","size":1}}""");
        var header = Encode("""{"alg":"ES256","cty":"application/vnd.cncf.notary.payload.v1+json"}""");
        var value = _key.SignData(
            Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var envelope = new JsonObject
        {
            ["payload"] = payload,
            ["protected"] = header,
            ["header"] = new JsonObject(),
            ["signature"] = System.Buffers.Text.Base64Url.EncodeToString(value),
        };
        return AttachAsync(
            http, name, image, null, "application/jose+json", envelope.ToJsonString(), null, isReferrer: true,
            "application/vnd.cncf.notary.signature");

        static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    public void Dispose() => _key.Dispose();

    private Task<string> SimpleAsync(HttpClient http, string name, string image, string? tag, bool isReferrer)
    {
        var payload = $$$"""
            {"critical":{"identity":{"docker-reference":"{{{name}}}"},"image":{"docker-manifest-digest":"{{{image}}}"},"type":"cosign container image signature"},"optional":null}
            """;
        return AttachAsync(
            http, name, image, tag, "application/vnd.dev.cosign.simplesigning.v1+json", payload,
            Value(Encoding.UTF8.GetBytes(payload)), isReferrer, "application/vnd.dev.cosign.artifact.sig.v1+json");
    }

    private Task<string> StateAsync(
        HttpClient http, string name, string image, string predicate, string mediaType, Func<JsonObject, JsonObject> wrap)
    {
        var statement = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["digest"] = new JsonObject { ["sha256"] = image.Split(':')[1] } }),
            ["predicateType"] = predicate,
        }.ToJsonString());
        byte[] signed = [.. Encoding.UTF8.GetBytes($"DSSEv1 {StatementType.Length} {StatementType} {statement.Length} "), .. statement];
        var envelope = new JsonObject
        {
            ["payloadType"] = StatementType,
            ["payload"] = Convert.ToBase64String(statement),
            ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Value(signed) }),
        };
        return AttachAsync(
            http, name, image, null, mediaType, wrap(envelope).ToJsonString(), null, isReferrer: true, mediaType);
    }

    private string Value(byte[] signed) => Convert.ToBase64String(
        _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    private static async Task<string> AttachAsync(
        HttpClient http, string name, string image, string? tag, string mediaType, string layer, string? value,
        bool isReferrer, string artifactType)
    {
        var (digest, size) = await Push.BlobAsync(http, name, layer);
        var (config, configSize) = await Push.BlobAsync(http, name, "{}");
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["artifactType"] = artifactType,
            ["config"] = new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.empty.v1+json",
                ["digest"] = config,
                ["size"] = configSize,
            },
            ["layers"] = new JsonArray(new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size }),
            ["annotations"] = new JsonObject { ["made"] = $"{Guid.NewGuid()}" },
        };
        if (value is not null)
            manifest["layers"]![0]!["annotations"] = new JsonObject { ["dev.cosignproject.cosign/signature"] = value };
        if (isReferrer)
            manifest["subject"] = new JsonObject
            {
                ["mediaType"] = OciManifest,
                ["digest"] = image,
                ["size"] = (await http.GetByteArrayAsync($"/v2/{name}/manifests/{image}")).Length,
            };
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        return await Push.ManifestAsync(
            http, name, tag ?? $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}", OciManifest, bytes);
    }
}
