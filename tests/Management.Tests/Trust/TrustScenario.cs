using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Management.Tests.Trust;

/// <summary>What tests of trust policies do: each in a namespace of its own, which its policies are attached to.</summary>
public abstract class TrustScenario(RevokingRegistry registry) : RevocationScenario(registry)
{
    protected const string Policies = "/pulp/api/v3/trust-policies/";

    /// <summary>What every signature of these tests is for.</summary>
    protected const string Identity = "registry.example.com/team/app:1.0";

    private readonly string _namespace = $"n{Guid.NewGuid():N}";

    protected string Namespace => _namespace;

    protected string NameHere() => $"{_namespace}/{Guid.NewGuid():N}";

    /// <summary>A policy that takes what any of those keys signed as <see cref="Identity"/>.</summary>
    protected static JsonObject SignedBy(params SigningKey[] keys) => new()
    {
        ["default"] = new JsonArray(new JsonObject
        {
            ["type"] = "signedBy",
            ["keyType"] = "GPGKeys",
            ["keyData"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(keys.Select(key => key.PublicKey)))),
            ["signedIdentity"] = new JsonObject { ["type"] = "exactReference", ["dockerReference"] = Identity },
        }),
    };

    protected async Task<string> PolicyAsync(JsonObject document, string mode = "enforce") =>
        (string)(await Pulp.CallAsync("trust_policies_create", null, new()
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["document"] = document,
            ["mode"] = mode,
        }))["pulp_href"]!;

    /// <summary>Holds what is below the test's namespace to a policy. It is there from the first push on.</summary>
    protected async Task AttachAsync(string? policy)
    {
        var found = Assert.Single(await Pulp.ListAsync("pulp_container_namespaces_list", null, ("name", _namespace)));
        await Pulp.CallAsync(
            "pulp_container_namespaces_partial_update", (string)found["pulp_href"]!, new() { ["trust_policy"] = policy });
    }

    protected async Task HoldAsync(JsonObject document, string mode = "enforce") =>
        await AttachAsync(await PolicyAsync(document, mode));

    protected async Task<string> ImageAsync(string name, string tag = "1.0") =>
        await Push.ImageAsync(Http, name, tag, $"{Guid.NewGuid():N}");

    protected async Task SignAsync(string name, string image, SigningKey key) =>
        await Push.SignatureAsync(Http, name, image, key.Sign(image));

    protected static async Task<HttpResponseMessage> GetAsync(HttpClient node, string name, string reference)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{name}/manifests/{reference}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        return await node.SendAsync(request);
    }

    /// <summary>Whether a manifest is served, by every node alike.</summary>
    protected async Task<bool> IsServedAsync(string name, string reference)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var node in Nodes)
        {
            using var answer = await GetAsync(node.Http, name, reference);
            statuses.Add(answer.StatusCode);
        }

        var status = Assert.Single(statuses.Distinct());
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Forbidden, $"{status}");
        return status is HttpStatusCode.OK;
    }

    protected async Task<bool> IsBlobServedAsync(string name, string digest)
    {
        using var answer = await Http.GetAsync($"/v2/{name}/blobs/{digest}");
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Forbidden, $"{answer.StatusCode}");
        return answer.StatusCode is HttpStatusCode.OK;
    }

    /// <summary>The error of a refused pull.</summary>
    protected async Task<JsonNode> RefusedAsync(string name, string reference)
    {
        using var answer = await GetAsync(Http, name, reference);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]![0]!;
        Assert.Equal("DENIED", (string?)error["code"]);
        return error;
    }

    protected async Task<JsonObject> ExplainAsync(string query)
    {
        using var answer = await Http.GetAsync($"/pulp/api/v3/trust/explain/?{query}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }
}

/// <summary>A key of OpenPGP that signs.</summary>
public sealed class SigningKey
{
    private readonly OpenPgpSecretKey _key;

    public SigningKey()
        : this(OpenPgpKeyKind.Ed25519)
    {
    }

    public SigningKey(OpenPgpKeyKind kind)
    {
        var now = DateTimeOffset.UtcNow.AddHours(-1);
        _key = OpenPgpSecretKey.Import(OpenPgpKeyGenerator.Generate(kind, "Test <test@example.com>", now), "", now);
    }

    public string PublicKey => _key.PublicKey;

    public string Fingerprint => _key.Fingerprint;

    public byte[] Sign(string image, string reference = "registry.example.com/team/app:1.0") =>
        _key.Signer.Sign(Digest.Parse(image), reference, DateTimeOffset.UtcNow);
}
