using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Trust;

/// <summary>What may be pulled where a trust policy holds, and what is said where it may not.</summary>
public abstract class TrustedPullTests(RevokingRegistry registry) : TrustScenario(registry)
{
    [Fact]
    public async Task An_image_without_a_signature_is_refused_until_it_has_one()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var image = await ImageAsync(name);
        await HoldAsync(SignedBy(key));

        Assert.False(await IsServedAsync(name, "1.0"));
        Assert.False(await IsServedAsync(name, image));
        var error = await RefusedAsync(name, "1.0");
        Assert.Contains("the image has none of this kind", (string)error["message"]!, StringComparison.Ordinal);

        await SignAsync(name, image, new());
        Assert.False(await IsServedAsync(name, "1.0"));
        await SignAsync(name, image, key);
        Assert.True(await IsServedAsync(name, "1.0"));
        Assert.True(await IsServedAsync(name, image));
    }

    [Fact]
    public async Task Whoever_only_asks_whether_it_is_there_is_told()
    {
        var name = NameHere();
        await ImageAsync(name);
        await HoldAsync(SignedBy(new SigningKey()));
        using var answer = await Http.SendAsync(new(HttpMethod.Head, $"/v2/{name}/manifests/1.0"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_id_of_a_refusal_explains_it()
    {
        var name = NameHere();
        var image = await ImageAsync(name);
        await SignAsync(name, image, new());
        await HoldAsync(SignedBy(new SigningKey()));
        foreach (var reference in new[] { "1.0", image })
        {
            var explained = await ExplainAsync($"id={(string)(await RefusedAsync(name, reference))["detail"]!}");
            Assert.False((bool)explained["allowed"]!);
            Assert.Equal("refused", (string?)explained["pull"]);
            Assert.Equal(image, (string?)explained["manifest"]);
            Assert.EndsWith(reference, (string)explained["image"]!, StringComparison.Ordinal);
            var requirement = Assert.Single(explained["images"]![0]!["requirements"]!.AsArray())!;
            Assert.Equal("signedBy", (string?)requirement["type"]);
            var tried = Assert.Single(requirement["signatures"]!.AsArray())!;
            Assert.Contains("is not trusted", (string)tried["why"]!, StringComparison.Ordinal);
            Assert.Equal(16, ((string)tried["key_id"]!).Length);
        }
    }

    [Fact]
    public async Task Blobs_follow_the_images_that_name_them()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var layer = $"{Guid.NewGuid():N}";
        var first = await Push.ImageAsync(Http, name, "first", layer);
        var second = await Push.ImageAsync(Http, name, "second", layer, "arm64");
        var (shared, config) = (DigestOf(Encoding.UTF8.GetBytes(layer)), await ConfigOfAsync(name, first));
        var loose = (await Push.BlobAsync(Http, name, $"{Guid.NewGuid():N}")).Digest;
        await HoldAsync(SignedBy(key));
        Assert.False(await IsBlobServedAsync(name, shared));
        Assert.False(await IsBlobServedAsync(name, loose));

        await SignAsync(name, second, key);
        Assert.True(await IsBlobServedAsync(name, shared));
        Assert.False(await IsBlobServedAsync(name, config));
        Assert.False(await IsBlobServedAsync(name, loose));
    }

    [Fact]
    public async Task Of_an_index_the_images_are_judged_as_clients_do()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var (a, b) = (await ImageAsync(name, "a"), await ImageAsync(name, "b"));
        var index = await Push.IndexAsync(Http, name, "1.0", a, b);
        await SignAsync(name, index, key);
        await HoldAsync(SignedBy(key));
        Assert.False(await IsServedAsync(name, "1.0")); // its own signature is not looked at

        await SignAsync(name, b, key);
        Assert.True(await IsServedAsync(name, "1.0"));
        Assert.True(await IsServedAsync(name, index));
        Assert.True(await IsServedAsync(name, b));
        Assert.False(await IsServedAsync(name, a));
        var explained = await ExplainAsync($"image={name}:1.0");
        Assert.Equal([false, true], explained["images"]!.AsArray().Select(one => (bool)one!["allowed"]!));
    }

    [Fact]
    public async Task An_image_of_an_index_is_allowed_by_the_names_of_the_index()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var image = await Push.ImageAsync(Http, name, "inner", $"{Guid.NewGuid():N}");
        await Push.IndexAsync(Http, name, "1.0", image);
        var host = Http.BaseAddress!.Authority;
        await Push.SignatureAsync(Http, name, image, key.Sign(image, $"{host}/{name}:1.0"));
        var document = SignedBy(key);
        document["default"]![0]!["signedIdentity"] = new JsonObject { ["type"] = "matchExact" };
        await HoldAsync(document);
        using var byIndex = await GetAsync(Http, name, "1.0");
        Assert.Equal(HttpStatusCode.OK, byIndex.StatusCode);
        using var byDigest = await GetAsync(Http, name, image);
        Assert.Equal(HttpStatusCode.OK, byDigest.StatusCode);
        await RefusedAsync(name, "inner"); // by its own tag it is another name than the signed one
    }

    [Fact]
    public async Task Signatures_are_served_whatever_holds()
    {
        using var key = new AttachingKey();
        var name = NameHere();
        var image = await ImageAsync(name);
        var attached = await key.SignByTagAsync(Http, name, image);
        var referrer = await key.SignByReferrerAsync(Http, name, image);
        var bundle = await key.SignByBundleAsync(Http, name, image);
        var notation = await key.SignByNotationAsync(Http, name, image);
        var disguised = await Push.ChangedAsync(Http, name, attached, "disguised", manifest =>
        {
            var layer = manifest["layers"]![0]!.DeepClone();
            layer["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip";
            manifest["layers"]!.AsArray().Add(layer);
        });
        await HoldAsync(new() { ["default"] = new JsonArray(new JsonObject { ["type"] = "reject" }) });
        foreach (var evidence in new[] { attached, referrer, bundle, notation })
        {
            Assert.True(await IsServedAsync(name, evidence));
            Assert.True(await IsBlobServedAsync(name, await LayerOfAsync(name, evidence)));
        }

        Assert.False(await IsServedAsync(name, image));
        Assert.False(await IsServedAsync(name, disguised));
    }

    [Theory]
    [InlineData("keyData")]
    [InlineData("keyFingerprint")]
    public async Task Signatures_of_cosign_count_for_sigstoreSigned(string member)
    {
        using var key = new AttachingKey();
        var name = NameHere();
        var image = await ImageAsync(name);
        if (member == "keyFingerprint")
            await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = key.PublicKey });
        await key.SignByBundleAsync(Http, name, image); // where podman does not look
        await HoldAsync(new()
        {
            ["default"] = new JsonArray(new JsonObject
            {
                ["type"] = "sigstoreSigned",
                [member] = member == "keyData"
                    ? Convert.ToBase64String(Encoding.UTF8.GetBytes(key.PublicKey))
                    : key.Fingerprint,
                ["signedIdentity"] = new JsonObject
                {
                    // As such a payload names it: without a host.
                    ["type"] = "exactRepository",
                    ["dockerRepository"] = name,
                },
            }),
        });
        Assert.False(await IsServedAsync(name, "1.0"));
        await key.SignByTagAsync(Http, name, image);
        Assert.True(await IsServedAsync(name, "1.0"));
        var tried = Assert.Single((await ExplainAsync($"image={name}:1.0"))["images"]![0]!["requirements"]![0]!["signatures"]!.AsArray())!;
        Assert.Equal(("cosign", key.Fingerprint), ((string)tried["form"]!, (string)tried["fingerprint"]!));
    }

    [Fact]
    public async Task A_revoked_key_counts_no_more_from_the_answer_on()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var image = await ImageAsync(name);
        await SignAsync(name, image, key);
        await HoldAsync(SignedBy(key));
        Assert.True(await IsServedAsync(name, "1.0"));
        await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = key.PublicKey });
        var task = await RevokeAsync(key.Fingerprint);
        Assert.False(await IsServedAsync(name, "1.0"));
        Assert.False(await IsServedAsync(name, image));
        await FollowAsync(task);
        Assert.False(await IsServedAsync(name, "1.0"));
    }

    [Fact]
    public async Task A_key_by_its_fingerprint_counts_from_when_it_is_known()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var image = await ImageAsync(name);
        await SignAsync(name, image, key);
        var document = SignedBy(key);
        document["default"]![0]!.AsObject().Remove("keyData");
        document["default"]![0]!["keyFingerprint"] = key.Fingerprint;
        await HoldAsync(document);
        var error = await RefusedAsync(name, "1.0");
        Assert.Contains("is not known here", (string)error["message"]!, StringComparison.Ordinal);
        await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = key.PublicKey });
        foreach (var node in Nodes)
            await UntilServedAsync(node.Http, name);
    }

    [Fact]
    public async Task A_policy_that_warns_says_so_and_serves()
    {
        var name = NameHere();
        await ImageAsync(name);
        await HoldAsync(SignedBy(new SigningKey()), "warn");
        using var answer = await GetAsync(Http, name, "1.0");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var warning = Assert.Single(answer.Headers.Warning);
        Assert.Equal(299, warning.Code);
        Assert.Contains("would not allow this image", warning.Text, StringComparison.Ordinal);
        Assert.Equal("served with a warning", (string?)(await ExplainAsync($"image={name}:1.0"))["pull"]);
    }

    [Fact]
    public async Task The_most_specific_policy_holds()
    {
        var (name, other) = (NameHere(), NameHere());
        await ImageAsync(name);
        await ImageAsync(other);
        await HoldAsync(SignedBy(new SigningKey()));
        var off = await PolicyAsync(SignedBy(new SigningKey()), "off");
        var distribution = (string)Assert.Single(await Pulp.ListAsync(
            "distributions_container_container_list", null, ("base_path", name)))["pulp_href"]!;
        await Pulp.CallAsync(
            "distributions_container_container_partial_update", distribution, new() { ["trust_policy"] = off });
        Assert.True(await IsServedAsync(name, "1.0"));
        Assert.False(await IsServedAsync(other, "1.0"));
        Assert.Equal(off, (string?)(await Pulp.CallAsync("distributions_container_container_read", distribution))["trust_policy"]);
        Assert.Single(await Pulp.ListAsync("distributions_container_container_list", null, ("trust_policy", off)));

        await Pulp.CallAsync(
            "distributions_container_container_partial_update", distribution, new() { ["trust_policy"] = null });
        Assert.False(await IsServedAsync(name, "1.0"));
        await AttachAsync(null);
        Assert.True(await IsServedAsync(name, "1.0"));
        Assert.True(await IsServedAsync(other, "1.0"));
    }

    [Fact]
    public async Task A_changed_policy_holds_at_once()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var image = await ImageAsync(name);
        await SignAsync(name, image, key);
        var policy = await PolicyAsync(SignedBy(new SigningKey()));
        await AttachAsync(policy);
        Assert.False(await IsServedAsync(name, "1.0"));
        await Pulp.CallAsync("trust_policies_partial_update", policy, new() { ["document"] = SignedBy(key) });
        Assert.True(await IsServedAsync(name, "1.0"));
        await Pulp.CallAsync("trust_policies_partial_update", policy, new() { ["document"] = SignedBy(new SigningKey()) });
        Assert.False(await IsServedAsync(name, "1.0"));
    }

    [Fact]
    public async Task What_was_there_earlier_is_explained_by_version_and_time()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var image = await ImageAsync(name);
        await HoldAsync(SignedBy(key));
        var before = await LatestAsync(name);
        await SignAsync(name, image, key);
        Assert.True((bool)(await ExplainAsync($"image={name}:1.0"))["allowed"]!);
        Assert.False((bool)(await ExplainAsync($"image={name}:1.0&at={before}"))["allowed"]!);
        var other = await PolicyAsync(SignedBy(new SigningKey()));
        var explained = await ExplainAsync($"image={name}@{image}&policy={other}");
        Assert.False((bool)explained["allowed"]!);
        Assert.Equal(other, (string?)explained["policy"]);
        var late = Uri.EscapeDataString($"{DateTimeOffset.UtcNow:O}");
        Assert.True((bool)(await ExplainAsync($"image={Http.BaseAddress!.Authority}/{name}:1.0&at={late}"))["allowed"]!);
    }

    [Theory]
    [InlineData("image=%2F%2F", "image")]
    [InlineData("", "image")]
    [InlineData("id=nonsense", "id")]
    [InlineData("image=NAME:1.0&at=77", "at")]
    [InlineData("image=NAME:1.0&at=yesterday", "at")]
    [InlineData("image=NAME:1.0&at=1970-01-01", "at")]
    [InlineData("image=NAME:1.0&policy=none", "policy")]
    public async Task What_cannot_be_explained_is_refused_by_field(string query, string field)
    {
        var name = NameHere();
        await ImageAsync(name);
        using var answer = await Http.GetAsync($"/pulp/api/v3/trust/explain/?{query.Replace("NAME", name)}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())![field]);
    }

    // Nodes hear of new keys within a moment; only what forbids waits for all of them.
    private static async Task UntilServedAsync(HttpClient node, string name)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await GetAsync(node, name, "1.0");
            if (answer.StatusCode is HttpStatusCode.OK)
                return;
            Assert.True(attempt < 5_000, "It is refused still.");
        }
    }

    private async Task<string> ConfigOfAsync(string name, string image) =>
        (string)JsonNode.Parse(await Http.GetStringAsync($"/v2/{name}/manifests/{image}"))!["config"]!["digest"]!;

    private async Task<string> LayerOfAsync(string name, string image) =>
        (string)JsonNode.Parse(await Http.GetStringAsync($"/v2/{name}/manifests/{image}"))!["layers"]![0]!["digest"]!;
}

public sealed class TrustedPullTestsOnSqlite(RevokingOnSqlite registry)
    : TrustedPullTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class TrustedPullTestsOnPostgres(RevokingOnPostgres registry)
    : TrustedPullTests(registry), IClassFixture<RevokingOnPostgres>;
