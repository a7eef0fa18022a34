using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Trust;

/// <summary>What is stored is judged: as it is, by another policy, by keys alone, or as if something were changed.</summary>
public abstract class AuditTests(RevokingRegistry registry) : TrustScenario(registry)
{
    // Each is two: another policy, and a key less.
    private static readonly int Cases = Effort.Of(25, 500);

    [Fact]
    public async Task Each_image_is_valid_by_a_key_or_not_for_a_reason()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var signed = await ImageAsync(name, "signed");
        await SignAsync(name, signed, key);
        await Push.ChangedAsync(Http, name, "signed", "other", manifest => manifest["annotations"] = new JsonObject { ["a"] = "b" });
        await HoldAsync(SignedBy(key), "warn");
        var audit = await AuditAsync(new() { ["repositories"] = new JsonArray(await RepositoryAsync(name)) });
        Assert.Equal((1, 2, 1, 1), ((int)audit["names"]!, (int)audit["images"]!, (int)audit["valid"]!, (int)audit["invalid"]!));
        var images = await ImagesAsync(audit);
        Assert.Equal([("other", false, null), ("signed", true, key.Fingerprint)], images.Select(Outcome));
        Assert.Contains("has none of this kind", (string)images[0]["why"]!, StringComparison.Ordinal);
        Assert.All(images, image => Assert.Equal(name, (string?)image["name"]));
        var covered = Assert.Single(await Pulp.ListAsync("trust_audits_names", Href(audit)));
        Assert.Equal((2, 1), ((int)covered["images"]!, (int)covered["valid"]!));
    }

    [Fact]
    public async Task Keys_alone_judge_whatever_name_was_signed()
    {
        var (name, key) = (NameHere(), new SigningKey());
        using var cosign = new AttachingKey();
        var (byGpg, byCosign) = (await ImageAsync(name, "gpg"), await ImageAsync(name, "cosign"));
        await ImageAsync(name, "none");
        await Push.SignatureAsync(Http, name, byGpg, key.Sign(byGpg, "elsewhere.example.com/what/ever:7"));
        await cosign.SignByTagAsync(Http, name, byCosign);
        var audit = await AuditAsync(new()
        {
            ["repositories"] = new JsonArray(await RepositoryAsync(name)),
            ["keys"] = new JsonArray(key.PublicKey, cosign.PublicKey),
        });
        Assert.Equal(
            [("cosign", true, cosign.Fingerprint), ("gpg", true, key.Fingerprint), ("none", false, null)],
            (await ImagesAsync(audit)).Select(Outcome));
    }

    [Fact]
    public async Task An_audit_is_over_a_version_a_namespace_or_the_server()
    {
        var (name, other, key) = (NameHere(), NameHere(), new SigningKey());
        var image = await ImageAsync(name);
        var before = await LatestAsync(name);
        await SignAsync(name, image, key);
        await ImageAsync(other);
        var policy = await PolicyAsync(SignedBy(key), "off");
        var repository = await RepositoryAsync(name);
        var old = await AuditAsync(new() { ["repository_version"] = $"{repository}versions/{before}/", ["policy"] = policy });
        Assert.Equal((1, 0), ((int)old["images"]!, (int)old["valid"]!));
        var space = (string)Assert.Single(
            await Pulp.ListAsync("pulp_container_namespaces_list", null, ("name", Namespace)))["pulp_href"]!;
        var all = await AuditAsync(new() { ["namespace"] = space, ["policy"] = policy });
        Assert.Equal((2, 2, 1), ((int)all["names"]!, (int)all["images"]!, (int)all["valid"]!));
        var server = await AuditAsync(new() { ["policy"] = policy });
        Assert.True((int)server["names"]! >= 2);
        Assert.Contains(await Pulp.ListAsync("trust_audits_names", Href(server)), one => (string?)one["name"] == other);
    }

    [Fact]
    public async Task An_index_is_valid_with_all_its_images_and_signatures_are_no_images()
    {
        var (name, key) = (NameHere(), new SigningKey());
        using var cosign = new AttachingKey();
        var (a, b) = (await ImageAsync(name, "a"), await ImageAsync(name, "b"));
        await Push.IndexAsync(Http, name, "half", a, b);
        await Push.IndexAsync(Http, name, "whole", a);
        await SignAsync(name, a, key);
        await cosign.SignByTagAsync(Http, name, a);
        await HoldAsync(SignedBy(key), "warn");
        var audit = await AuditAsync(new() { ["repositories"] = new JsonArray(await RepositoryAsync(name)) });
        Assert.Equal(
            [("a", true), ("b", false), ("half", false), ("whole", true)],
            (await ImagesAsync(audit)).Select(image => ((string?)image["tag"], (bool)image["valid"]!)));
    }

    [Fact]
    public async Task A_simulation_names_what_would_be_refused_and_whom_it_would_meet()
    {
        var (name, leaked, good) = (NameHere(), new SigningKey(), new SigningKey());
        var (one, both) = (await ImageAsync(name, "one"), await ImageAsync(name, "both"));
        await SignAsync(name, one, leaked);
        await SignAsync(name, both, leaked);
        await SignAsync(name, both, good);
        await HoldAsync(SignedBy(leaked, good));
        Assert.True(await IsServedAsync(name, "one"));
        Assert.True(await IsServedAsync(name, "both"));
        var audit = await AuditAsync(new()
        {
            ["repositories"] = new JsonArray(await RepositoryAsync(name)),
            ["without_keys"] = new JsonArray(leaked.Fingerprint),
        });
        Assert.Equal(1, (int)audit["newly_refused"]!);
        var refused = Assert.Single(await Pulp.ListAsync("trust_audits_images", Href(audit), ("newly_refused", "true")));
        Assert.Equal(("one", false, true), ((string)refused["tag"]!, (bool)refused["valid"]!, (bool)refused["was_valid"]!));
        var affected = await Pulp.ListAsync("trust_audits_affected", Href(audit));
        Assert.NotEmpty(affected);
        Assert.All(affected, pull => Assert.Equal(one, (string?)pull["manifest"]));

        var stricter = await AuditAsync(new()
        {
            ["repositories"] = new JsonArray(await RepositoryAsync(name)),
            ["document"] = SignedBy(good),
        });
        Assert.Equal((2, 1, 1), ((int)stricter["images"]!, (int)stricter["valid"]!, (int)stricter["newly_refused"]!));
        Assert.True(await IsServedAsync(name, "one")); // nothing was changed
    }

    [Fact]
    public async Task What_a_simulation_says_is_what_happens_afterwards()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        SigningKey[] keys = [new(), new(), new()];
        using var cosign = new AttachingKey();
        foreach (var key in keys)
            await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = key.PublicKey });
        await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = cosign.PublicKey });
        var name = NameHere();
        for (var number = 0; number < Cases; number++)
        {
            var image = await ImageAsync(name, $"i{number}");
            foreach (var key in keys.Where(_ => random.Next(3) == 0))
                await Push.SignatureAsync(
                    Http, name, image, key.Sign(image, random.Next(4) == 0 ? "registry.example.com/other:1" : Identity));
            if (random.Next(4) == 0)
                await cosign.SignByTagAsync(Http, name, image);
        }

        var document = SignedBy(keys[..2]);
        await HoldAsync(document);
        var changed = SignedBy(keys[1..]);
        var repository = await RepositoryAsync(name);
        var byDocument = await AuditAsync(new()
        {
            ["repositories"] = new JsonArray(repository),
            ["document"] = changed.DeepClone(),
        });
        await HoldAsync(changed);
        await RequireAsync(byDocument, name, seed);

        var byKey = await AuditAsync(new()
        {
            ["repositories"] = new JsonArray(repository),
            ["without_keys"] = new JsonArray(keys[1].Fingerprint),
        });
        await RevokedAsync(keys[1].Fingerprint);
        await RequireAsync(byKey, name, seed);
    }

    [Fact]
    public async Task A_result_is_a_file_of_JSON_or_CSV()
    {
        var (name, key) = (NameHere(), new SigningKey());
        await ImageAsync(name, "=a"[1..]);
        var audit = await AuditAsync(new()
        {
            ["repositories"] = new JsonArray(await RepositoryAsync(name)),
            ["keys"] = new JsonArray(key.PublicKey),
        });
        var json = JsonNode.Parse(await Http.GetStringAsync($"{Href(audit)}result/"))!;
        Assert.Equal(Href(audit), (string?)json["audit"]!["pulp_href"]);
        Assert.Equal("a", (string?)Assert.Single(json["images"]!.AsArray())!["tag"]);
        var lines = (await Http.GetStringAsync($"{Href(audit)}result/?form=csv")).Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("name,tag,manifest,valid", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"\"{name}\",\"a\",\"sha256:", lines[1], StringComparison.Ordinal);
        await Pulp.CallAsync("trust_audits_delete", Href(audit));
        using var gone = await Http.GetAsync($"{Href(audit)}result/");
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Theory]
    [InlineData("""{"namespace":null,"keys":[]}""", "keys")]
    [InlineData("""{"keys":["no key"]}""", "public_key")]
    [InlineData("""{"document":{"default":[]}}""", "document")]
    [InlineData("""{"document":{"default":[{"type":"reject"}]},"keys":["a"]}""", "document")]
    [InlineData("""{"without_keys":["12345678"]}""", "without_keys")]
    [InlineData("""{"repositories":["/pulp/api/v3/repositories/container/container/00000000-0000-0000-0000-000000000000/"]}""", "repositories")]
    [InlineData("""{"image":"a"}""", "image")]
    public async Task What_cannot_be_looked_through_is_refused_by_field(string body, string field)
    {
        var (status, answer) = await Pulp.RefuseAsync("trust_audits_create", null, JsonNode.Parse(body)!.AsObject());
        Assert.Equal(400, status);
        Assert.NotNull(JsonNode.Parse(answer)![field]);
    }

    private static (string?, bool, string?) Outcome(JsonObject image) =>
        ((string?)image["tag"], (bool)image["valid"]!, (string?)image["fingerprint"]);

    private static string Href(JsonObject audit) => (string)audit["pulp_href"]!;

    private async Task<JsonObject> AuditAsync(JsonObject body)
    {
        var task = await Pulp.FollowAsync(await Pulp.StartAsync("trust_audits_create", null, body));
        var audit = await Pulp.CallAsync(
            "trust_audits_read", (string)Assert.Single(task["created_resources"]!.AsArray())!);
        Assert.NotNull(audit["finished_at"]);
        return audit;
    }

    private async Task<List<JsonObject>> ImagesAsync(JsonObject audit) =>
        [.. (await Pulp.ListAsync("trust_audits_images", Href(audit))).OrderBy(image => (string?)image["tag"], StringComparer.Ordinal)];

    private async Task RequireAsync(JsonObject audit, string name, int seed)
    {
        foreach (var image in await ImagesAsync(audit))
            Assert.True(
                (bool)image["valid"]! == await IsServedAsync(name, (string)image["tag"]!),
                $"seed {seed}, {(string?)image["tag"]}: {(string?)image["why"]}");
    }
}

public sealed class AuditTestsOnSqlite(RevokingOnSqlite registry) : AuditTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class AuditTestsOnPostgres(RevokingOnPostgres registry)
    : AuditTests(registry), IClassFixture<RevokingOnPostgres>;
