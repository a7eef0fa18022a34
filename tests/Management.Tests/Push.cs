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
        return await ManifestAsync(http, name, tag, ManifestType, new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.config.v1+json", ["digest"] = config.Digest, ["size"] = config.Size,
            },
            ["layers"] = new JsonArray(new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip", ["digest"] = bytes.Digest, ["size"] = bytes.Size,
            }),
        });
    }

    public static Task<string> IndexAsync(HttpClient http, string name, string tag, params string[] manifests) =>
        ManifestAsync(http, name, tag, IndexType, new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = new JsonArray([.. manifests.Select(digest => new JsonObject
            {
                ["mediaType"] = ManifestType, ["digest"] = digest, ["size"] = 1,
            })]),
        });

    private static async Task<(string Digest, int Size)> BlobAsync(HttpClient http, string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var response = await http.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}", new ByteArrayContent(bytes)
        {
            Headers = { ContentType = new("application/octet-stream") },
        });
        Assert.Equal(201, (int)response.StatusCode);
        return (digest, bytes.Length);
    }

    private static async Task<string> ManifestAsync(
        HttpClient http, string name, string tag, string type, JsonObject manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        using var response = await http.PutAsync($"/v2/{name}/manifests/{tag}", new ByteArrayContent(bytes)
        {
            Headers = { ContentType = new(type) },
        });
        Assert.True(201 == (int)response.StatusCode, await response.Content.ReadAsStringAsync());
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}
