using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Pushes small images as a registry client does.</summary>
internal static class Push
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>An image with one layer of its own, under that tag. The answer is its digest.</summary>
    public static async Task<string> ImageAsync(
        HttpClient http, string name, string tag, string layer, string architecture = "amd64")
    {
        var config = await BlobAsync(
            http, name, $$"""{"architecture":"{{architecture}}","os":"linux","config":{"Labels":{"made":"{{layer}}"} } }""");
        var bytes = await BlobAsync(http, name, layer);
        return await ImageOfAsync(http, name, tag, config, bytes);
    }

    /// <summary>The manifest of an image whose blobs are there. The answer is its digest.</summary>
    public static Task<string> ImageOfAsync(
        HttpClient http, string name, string tag, (string Digest, int Size) config, (string Digest, int Size) layer) =>
        ManifestAsync(http, name, tag, ManifestType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.config.v1+json",
                ["digest"] = config.Digest,
                ["size"] = config.Size,
            },
            ["layers"] = new JsonArray(new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip",
                ["digest"] = layer.Digest,
                ["size"] = layer.Size,
            }),
        });

    public static Task<string> IndexAsync(HttpClient http, string name, string tag, params string[] manifests) =>
        IndexAsync(http, name, tag, [.. manifests.Select(digest => (digest, ""))]);

    /// <summary>An index of images for Linux on those architectures.</summary>
    public static async Task<string> IndexAsync(
        HttpClient http, string name, string tag, params (string Digest, string Architecture)[] manifests)
    {
        var entries = new JsonArray();
        foreach (var (digest, architecture) in manifests)
        {
            var image = await http.GetByteArrayAsync($"/v2/{name}/manifests/{digest}");
            entries.Add(new JsonObject { ["mediaType"] = ManifestType, ["digest"] = digest, ["size"] = image.Length });
            if (architecture.Length > 0)
                entries[^1]!["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture };
        }

        return await ManifestAsync(http, name, tag, IndexType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = entries,
        });
    }

    /// <summary>Pushes a manifest again, changed, under that tag. The answer is its digest.</summary>
    public static async Task<string> ChangedAsync(
        HttpClient http, string name, string from, string tag, Action<JsonObject> change)
    {
        var manifest = JsonNode.Parse(await http.GetStringAsync($"/v2/{name}/manifests/{from}"))!.AsObject();
        change(manifest);
        return await ManifestAsync(http, name, tag, ManifestType, manifest);
    }

    /// <summary>Stores a signature by the registry extension. The answer is the SHA-256 digest of its bytes.</summary>
    public static async Task<string> SignatureAsync(HttpClient http, string name, string manifest, byte[]? signature = null)
    {
        signature ??= Openpgp.Sign(manifest);
        var envelope = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["type"] = "atomic",
            ["name"] = $"{manifest}@{Guid.NewGuid():N}",
            ["content"] = Convert.ToBase64String(signature),
        };
        using var response = await http.PutAsync(
            $"/extensions/v2/{name}/signatures/{manifest}", new StringContent(envelope.ToJsonString()));
        Assert.True(201 == (int)response.StatusCode, await response.Content.ReadAsStringAsync());
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(signature))}";
    }

    /// <summary>A file of the fixtures, as it was signed.</summary>
    public static async Task<string> FixtureAsync(HttpClient http, string name, string manifest, string? tag = null)
    {
        var bytes = await File.ReadAllBytesAsync(Fixture($"manifests/{manifest}.json"));
        var json = JsonNode.Parse(bytes)!;
        foreach (var child in json["manifests"]?.AsArray() ?? [])
            await FixtureAsync(http, name, manifest.Split('-') is ["docker", _]
                ? $"docker2-{child!["platform"]!["architecture"]}"
                : $"oci-{child!["platform"]!["architecture"]}");
        foreach (var file in Directory.EnumerateFiles(Fixture("blobs")))
            await BlobAsync(http, name, await File.ReadAllBytesAsync(file));
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        return await ManifestAsync(http, name, tag ?? digest, (string)json["mediaType"]!, bytes);
    }

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "fixtures", name);

    public static Task<(string Digest, int Size)> BlobAsync(HttpClient http, string name, string text) =>
        BlobAsync(http, name, Encoding.UTF8.GetBytes(text));

    private static async Task<(string Digest, int Size)> BlobAsync(HttpClient http, string name, byte[] bytes)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var response = await http.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}", new ByteArrayContent(bytes)
        {
            Headers = { ContentType = new("application/octet-stream") },
        });
        Assert.Equal(201, (int)response.StatusCode);
        return (digest, bytes.Length);
    }

    private static Task<string> ManifestAsync(
        HttpClient http, string name, string tag, string type, JsonObject manifest) =>
        ManifestAsync(http, name, tag, type, Encoding.UTF8.GetBytes(manifest.ToJsonString()));

    public static async Task<string> ManifestAsync(
        HttpClient http, string name, string tag, string type, byte[] bytes)
    {
        using var response = await http.PutAsync($"/v2/{name}/manifests/{tag}", new ByteArrayContent(bytes)
        {
            Headers = { ContentType = new(type) },
        });
        Assert.True(201 == (int)response.StatusCode, await response.Content.ReadAsStringAsync());
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}
