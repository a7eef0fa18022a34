using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>A key that has leaked, another one that has not, and what both signed on a site.</summary>
internal sealed class Leak
{
    public const string Api = "/pulp/api/v3/";
    public const string Repositories = $"{Api}repositories/container/container/";

    private readonly byte[] _leaked = RandomNumberGenerator.GetBytes(20);
    private readonly byte[] _good = RandomNumberGenerator.GetBytes(20);

    public string Key => Convert.ToHexString(_leaked);

    public string KeyId => Key[^16..];

    /// <summary>An image under the name of a new repository, signed with both keys, the leaked one first.</summary>
    public async Task<SignedImage> FillAsync(RegistryClient client, string name)
    {
        var digest = await PushAsync(client, name, "1");
        foreach (var key in new[] { _leaked, _good })
            await SignAsync(client, name, digest, key).Answers(201);
        var href = await new TestRepository(client, name).HrefAsync();
        return new(name, digest, href, await client.VersionAsync(href));
    }

    /// <summary>A repository with the same image, and no signature by the leaked key.</summary>
    public async Task<SignedImage> FillCleanAsync(RegistryClient client, string name)
    {
        var digest = await PushAsync(client, name, "1");
        await SignAsync(client, name, digest, _good).Answers(201);
        var href = await new TestRepository(client, name).HrefAsync();
        return new(name, digest, href, await client.VersionAsync(href));
    }

    /// <summary>A manifest of its own, which needs no blobs. The answer is its digest.</summary>
    public static async Task<string> PushAsync(RegistryClient client, string name, string? tag = null)
    {
        var manifest = Manifests.Index([], annotation: ("name", $"{Guid.NewGuid():N}"));
        await new TestRepository(client, name).PushManifestAsync(manifest, tag);
        return manifest.Digest;
    }

    /// <summary>Tries to sign with the leaked key.</summary>
    public Task<HttpResponseMessage> SignAsync(RegistryClient client, string name, string digest) =>
        SignAsync(client, name, digest, _leaked);

    /// <summary>Revokes the key: when this returns, it is in force. The answer is the task.</summary>
    public async Task<string> RevokeAsync(RegistryClient client) => (string)(await client.PostAsync(
        $"{Api}key-revocations/", new() { ["key"] = Key, ["reason"] = "it leaked" }))["task"]!;

    /// <summary>The keys that signatures in an answer of the registry extension name; it fails where one is unknown.</summary>
    public (int Leaked, int Good) Count(JsonNode list)
    {
        var contents = list["signatures"]!.AsArray().Select(one => Convert.FromBase64String((string)one!["content"]!)).ToList();
        var (leaked, good) = (contents.Count(IsLeaked), contents.Count(IsGood));
        Assert.Equal(contents.Count, leaked + good);
        return (leaked, good);
    }

    public bool IsLeaked(byte[] signature) => signature.AsSpan().IndexOf(_leaked) >= 0;

    public bool IsGood(byte[] signature) => signature.AsSpan().IndexOf(_good) >= 0;

    /// <summary>Whether a document names the leaked key, in whatever case.</summary>
    public bool IsNamedIn(string document) => document.Contains(KeyId, StringComparison.OrdinalIgnoreCase);

    private static Task<HttpResponseMessage> SignAsync(RegistryClient client, string name, string digest, byte[] key) =>
        client.SendAsync(
            "PUT", $"/extensions/v2/{name}/signatures/{digest}",
            Encoding.UTF8.GetBytes(new JsonObject
            {
                ["schemaVersion"] = 2,
                ["type"] = "atomic",
                ["name"] = $"{digest}@{Guid.NewGuid():N}",
                ["content"] = Convert.ToBase64String(Openpgp.Sign(digest, key: key)),
            }.ToJsonString()));
}

/// <summary>An image and the repository that holds it, as it was when the last signature had come.</summary>
internal sealed record SignedImage(string Name, string Digest, string Repository, string Version)
{
    /// <summary>Names that serve a version which stays as it is.</summary>
    public async Task<SignedImage> PinAsync(RegistryClient client)
    {
        var name = $"{Name}-pinned";
        var task = await client.PostAsync($"{Leak.Api}distributions/container/container/", new()
        {
            ["name"] = name,
            ["base_path"] = name,
            ["repository_version"] = Version,
        });
        await client.CompleteAsync((string)task["task"]!);
        return this with { Name = name };
    }
}
