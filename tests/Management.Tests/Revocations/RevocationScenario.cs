using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What tests of revocation do.</summary>
public abstract class RevocationScenario(RevokingRegistry registry)
{
    protected const string Repositories = "repositories_container_container_";

    protected Routes[] Nodes => field ??= [.. registry.Nodes.Select(node => new Routes(node))];

    protected RevokingRegistry Registry => registry;

    protected HttpClient Http => registry.Nodes[0];

    protected PulpClient Pulp => Nodes[0].Pulp;

    protected static string NewName() => $"revoked/{Guid.NewGuid():N}";

    /// <summary>An image with a signature by each of those keys.</summary>
    protected async Task<string> SignedAsync(string name, params Key[] keys)
    {
        var image = await Push.ImageAsync(Http, name, $"{Guid.NewGuid():N}", $"{Guid.NewGuid():N}");
        foreach (var key in keys)
            await Push.SignatureAsync(Http, name, image, key.Sign(image));
        return image;
    }

    /// <summary>Revokes; when this returns, the revocation is in force. The answer is its task.</summary>
    protected async Task<string> RevokeAsync(string key, string reason = "it leaked", Action<JsonObject>? change = null)
    {
        var body = new JsonObject { ["key"] = key, ["reason"] = reason };
        change?.Invoke(body);
        using var answer = await Http.PostAsJsonAsync("/pulp/api/v3/key-revocations/", body);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True((int)answer.StatusCode == 202, json.ToJsonString());
        return (string)json["task"]!;
    }

    /// <summary>The revocation that a task was about, when the task has ended.</summary>
    protected async Task<JsonObject> FollowAsync(string task)
    {
        var ended = await Pulp.FollowedAsync(task);
        Assert.True((string)ended["state"]! == "completed", ended.ToJsonString());
        return await Pulp.CallAsync(
            "key_revocations_read", $"/pulp/api/v3/key-revocations/{(string)ended["result"]!["revocation"]!}/");
    }

    protected async Task<JsonObject> RevokedAsync(string key, string reason = "it leaked", Action<JsonObject>? change = null) =>
        await FollowAsync(await RevokeAsync(key, reason, change));

    protected async Task<string> RepositoryAsync(string name) =>
        (string)Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!;

    protected async Task<int> LatestAsync(string name)
    {
        var version = (string)(await Pulp.CallAsync(Repositories + "read", await RepositoryAsync(name)))["latest_version_href"]!;
        return int.Parse(version.TrimEnd('/').Split('/')[^1], null);
    }

    protected async Task<JsonObject?> KeyAsync(Key key) =>
        (await Pulp.ListAsync("signing_keys_list", null, ("fingerprint", key.Fingerprint))).SingleOrDefault();

    protected static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
