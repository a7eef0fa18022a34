using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Trust;

/// <summary>Trust policies as things that are created, changed, recorded and deleted.</summary>
public abstract class TrustPolicyTests(RevokingRegistry registry) : TrustScenario(registry)
{
    private static JsonObject Reject => new() { ["default"] = new JsonArray(new JsonObject { ["type"] = "reject" }) };

    [Fact]
    public async Task A_policy_is_what_was_said_and_enforced_unless_said_otherwise()
    {
        var name = $"{Guid.NewGuid():N}";
        var created = await Pulp.CallAsync("trust_policies_create", null, new() { ["name"] = name, ["document"] = Reject });
        Assert.Equal(("enforce", false, 1), ((string)created["mode"]!, (bool)created["is_default"]!, (int)created["revision"]!));
        Assert.True(JsonNode.DeepEquals(Reject, created["document"]));
        var read = await Pulp.CallAsync("trust_policies_read", (string)created["pulp_href"]!);
        Assert.True(JsonNode.DeepEquals(created, read));
        Assert.Single(await Pulp.ListAsync("trust_policies_list", null, ("name", name)));
    }

    [Fact]
    public async Task Whatever_is_changed_is_recorded_and_outlives_the_policy()
    {
        var policy = await PolicyAsync(Reject);
        await Pulp.CallAsync("trust_policies_partial_update", policy, new() { ["mode"] = "warn" });
        var same = await Pulp.CallAsync("trust_policies_partial_update", policy, new() { ["mode"] = "warn" });
        Assert.Equal(2, (int)same["revision"]!);
        await Pulp.CallAsync("trust_policies_delete", policy);
        var history = await Pulp.ListAsync("trust_policies_history", policy);
        Assert.Equal(["deleted", "updated", "created"], history.Select(one => (string)one["action"]!));
        Assert.Equal(["warn", "warn", "enforce"], history.Select(one => (string)one["mode"]!));
        Assert.Equal(404, (await Pulp.RefuseAsync("trust_policies_read", policy)).Status);
    }

    [Fact]
    public async Task A_policy_that_something_is_held_to_stays()
    {
        await ImageAsync(NameHere());
        var policy = await PolicyAsync(Reject, "off");
        await AttachAsync(policy);
        var failed = await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.CallAsync("trust_policies_delete", policy));
        Assert.Contains($"the namespace {Namespace}", failed.Message, StringComparison.Ordinal);
        await AttachAsync(null);
        await Pulp.CallAsync("trust_policies_delete", policy);
    }

    [Fact]
    public async Task The_servers_own_policy_holds_where_nothing_else_does_and_is_one()
    {
        var (name, key) = (NameHere(), new SigningKey());
        await ImageAsync(name);
        var first = await PolicyAsync(SignedBy(key), "warn");
        var second = await PolicyAsync(SignedBy(key), "warn");
        await Pulp.CallAsync("trust_policies_partial_update", first, new() { ["is_default"] = true });
        Assert.Equal(first, (string?)(await ExplainAsync($"image={name}:1.0"))["policy"]);
        await Pulp.CallAsync("trust_policies_partial_update", second, new() { ["is_default"] = true });
        Assert.Equal(second, (string?)(await ExplainAsync($"image={name}:1.0"))["policy"]);
        Assert.False((bool)(await Pulp.CallAsync("trust_policies_read", first))["is_default"]!);
        Assert.Equal(second, (string?)Assert.Single(
            await Pulp.ListAsync("trust_policies_list", null, ("is_default", "true")))["pulp_href"]);
        await Pulp.CallAsync("trust_policies_partial_update", second, new() { ["is_default"] = false });
        Assert.Null((await ExplainAsync($"image={name}:1.0"))["policy"]);
    }

    [Theory]
    [InlineData("""{"default":[{"type":"trustMe"}]}""", "default[0].type")]
    [InlineData("""{"default":[]}""", "At default:")]
    [InlineData("""{"default":[{"type":"reject","why":"so"}]}""", "default[0].why")]
    [InlineData("""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/etc/passwd"}]}""", "names no files")]
    [InlineData("[]", "JSON object")]
    [InlineData("\"{\"", "JSON object")]
    [InlineData("\"{\\\"default\\\":[{\\\"type\\\":\\\"reject\\\"}],\\\"default\\\":[]}\"", "twice")]
    public async Task A_document_that_clients_refuse_is_refused_with_its_place(string document, string why)
    {
        var (status, body) = await Pulp.RefuseAsync("trust_policies_create", null, new()
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["document"] = JsonNode.Parse(document),
        });
        Assert.Equal(400, status);
        Assert.NotNull(JsonNode.Parse(body)!["document"]);
        Assert.Contains(why, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_unique_and_modes_are_three()
    {
        var name = $"{Guid.NewGuid():N}";
        JsonObject Wish(string mode) => new() { ["name"] = name, ["document"] = Reject, ["mode"] = mode };
        await Pulp.CallAsync("trust_policies_create", null, Wish("off"));
        var (taken, why) = await Pulp.RefuseAsync("trust_policies_create", null, Wish("off"));
        Assert.Equal(400, taken);
        Assert.NotNull(JsonNode.Parse(why)!["name"]);
        var (unknown, body) = await Pulp.RefuseAsync("trust_policies_create", null, Wish("maybe"));
        Assert.Equal(400, unknown);
        Assert.NotNull(JsonNode.Parse(body)!["mode"]);
    }

    [Fact]
    public async Task Keys_by_name_are_keys_by_value_for_clients()
    {
        var key = new SigningKey();
        using var cosign = new AttachingKey();
        var policy = await PolicyAsync(JsonNode.Parse($$"""
            {"default":[{"type":"reject"}],"transports":{"docker":{"a.example.com":[
              {"type":"signedBy","keyType":"GPGKeys","keyFingerprints":["{{key.Fingerprint}}"]},
              {"type":"sigstoreSigned","keyFingerprint":"{{cosign.Fingerprint}}"}]} } }
            """)!.AsObject());
        using var early = await Http.GetAsync($"{policy}client/");
        Assert.Equal(409, (int)early.StatusCode);
        Assert.Contains(key.Fingerprint, await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = key.PublicKey });
        await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = cosign.PublicKey });
        var document = await Http.GetByteArrayAsync($"{policy}client/");
        Assert.True(Signatures.Policies.SignaturePolicy.TryParse(document, out var read, out var refusal), refusal);
        Assert.Empty(read.NamedKeys);
        Assert.True(read.AsksForAttached);
        var keyring = Signatures.TrustedKeys.Load(await Http.GetByteArrayAsync($"{policy}client/?form=keyring"));
        Assert.Equal(key.Fingerprint, Assert.Single(keyring.Certificates).Fingerprint);
        Assert.Contains(
            "use-sigstore-attachments: true", await Http.GetStringAsync($"{policy}client/?form=registries"),
            StringComparison.Ordinal);
        using var wrong = await Http.GetAsync($"{policy}client/?form=tar");
        Assert.Equal(400, (int)wrong.StatusCode);
    }
}

public sealed class TrustPolicyTestsOnSqlite(RevokingOnSqlite registry)
    : TrustPolicyTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class TrustPolicyTestsOnPostgres(RevokingOnPostgres registry)
    : TrustPolicyTests(registry), IClassFixture<RevokingOnPostgres>;
