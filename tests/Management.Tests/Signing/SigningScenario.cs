using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>What the tests of signing share.</summary>
public abstract class SigningScenario(Server server) : Scenario(server)
{
    protected const string Services = "signing_services_";
    protected const string Sign = "repositories_container_container_sign";

    protected async Task<JsonObject> ServiceAsync(string kind = "ed25519") => await Pulp.CallAsync(
        Services + "create", body: new() { ["name"] = Unique("key"), ["kind"] = "openpgp", ["generate"] = kind });

    /// <summary>A repository by that name with two images a and b, and an index of both under the tag i.</summary>
    protected async Task<(string Repository, string A, string B, string Index)> ImagesAsync(string name)
    {
        var a = await Push.ImageAsync(Http, name, "a", $"{name}a");
        var b = await Push.ImageAsync(Http, name, "b", $"{name}b", "arm64");
        return (await RepositoryOfAsync(name), a, b, await Push.IndexAsync(Http, name, "i", (a, "amd64"), (b, "arm64")));
    }

    protected Task<JsonObject> SignAsync(string repository, JsonObject service, JsonObject? more = null)
    {
        var body = more ?? [];
        body["manifest_signing_service"] = (string)service["pulp_href"]!;
        return Pulp.CallAsync(Sign, repository, body);
    }

    protected async Task<int> HeadAsync(string repository)
    {
        var href = (string)(await Pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!;
        return int.Parse(href.TrimEnd('/').Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The signatures of a manifest, as registry clients get them.</summary>
    protected async Task<IReadOnlyList<byte[]>> SignaturesOfAsync(string name, string digest)
    {
        var json = JsonNode.Parse(await Http.GetStringAsync($"/extensions/v2/{name}/signatures/{digest}"));
        return [.. json!["signatures"]!.AsArray().Select(one => Convert.FromBase64String((string)one!["content"]!))];
    }

    /// <summary>The references under which a manifest is signed; every signature verifies.</summary>
    protected async Task<IReadOnlyList<string>> ReferencesAsync(string name, string digest, JsonObject service)
    {
        var keys = TrustedKeys.Load(Encoding.ASCII.GetBytes((string)service["public_key"]!));
        var references = new List<string>();
        foreach (var blob in await SignaturesOfAsync(name, digest))
            references.Add(Assert.IsType<Verdict.Accepted>(
                Verifier.Verify(blob, Digest.Parse(digest), keys, DateTimeOffset.UtcNow)).DockerReference);
        return [.. references.Order(StringComparer.Ordinal)];
    }

    protected string Host => Http.BaseAddress!.Authority;

    protected string Data => Server.DataDirectory;

    protected string Scripts => Server.Scripts;
}
