using System.Text;
using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Testing;

/// <summary>Manifests as clients push them. The same words make the same bytes, so names in tests stand for
/// digests.</summary>
public static class Images
{
    public static byte[] BytesOf(string blob) => Encoding.UTF8.GetBytes(blob);

    public static Digest DigestOf(string blob) => Digest.Sha256(BytesOf(blob));

    /// <summary>An image manifest whose blobs have the given words as their bytes.</summary>
    public static Manifest Image(
        string config,
        IEnumerable<string>? layers = null,
        Manifest? subject = null,
        string? artifactType = null,
        Dictionary<string, string>? annotations = null)
    {
        var json = new Dictionary<string, object>
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = Blob(MediaTypes.OciConfig, config),
            ["layers"] = (layers ?? [])
                .Select(layer => Blob("application/vnd.oci.image.layer.v1.tar", layer)).ToArray(),
        };
        if (artifactType is not null)
            json["artifactType"] = artifactType;
        if (annotations is not null)
            json["annotations"] = annotations;
        return Finish(json, MediaTypes.OciManifest, subject);
    }

    /// <summary>An index of those manifests.</summary>
    public static Manifest Index(IEnumerable<Manifest> entries, Manifest? subject = null) => Finish(
        new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = entries.Select(Describe).ToArray(),
        },
        MediaTypes.OciIndex,
        subject);

    public static Tag[] Tags(params string[] names) => [.. names.Select(Tag.Parse)];

    /// <summary>The name by which cosign and the fallback of the referrers API find what describes a manifest.</summary>
    public static string Companion(Manifest subject, string suffix = "") =>
        $"{subject.Digest.Algorithm}-{subject.Digest.Hex[..64]}{suffix}";

    private static Manifest Finish(Dictionary<string, object> json, string mediaType, Manifest? subject)
    {
        if (subject is not null)
            json["subject"] = Describe(subject);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        return new(Digest.Sha256(bytes), mediaType, bytes);
    }

    private static object Describe(Manifest manifest) =>
        new { mediaType = manifest.MediaType, digest = manifest.Digest.ToString(), size = manifest.Bytes.Length };

    private static object Blob(string mediaType, string blob) =>
        new { mediaType, digest = DigestOf(blob).ToString(), size = BytesOf(blob).Length };
}
