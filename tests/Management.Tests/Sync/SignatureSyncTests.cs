using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>
/// Signatures that come with their images, and images that are only taken where they have some: the scenarios of the feature
/// note that this registry was made for, each named after its sentence.
/// </summary>
public abstract class SignatureSyncTests(Server server) : SyncScenario(server)
{
    private static readonly byte[] Bad = [0xC2, 0x04, 1, 2, 3, 4];

    [Fact]
    public async Task If_sigstore_is_not_provided_signatures_are_not_synced()
    {
        Upstream.Sign(Upstream.Image("1.0", Unique("a")));
        await SyncAsync(await RemoteAsync());
        Assert.Equal(["1.0"], await NamesAsync());
        Assert.Empty(await SignedAsync());
    }

    [Fact]
    public async Task If_sigstore_is_provided_signatures_are_synced()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        Upstream.Sign(image);
        Upstream.Sign(image);
        var result = await SyncAsync(await SignedRemoteAsync());
        Assert.Equal(2, (await SignedAsync()).Count);
        Assert.Equal(2, (int)result["signatures"]!);

        var name = await ServeAsync();
        var served = JsonNode.Parse(await Http.GetStringAsync($"/extensions/v2/{name}/signatures/{image.Digest}"));
        Assert.Equal(
            Upstream.Signatures[image.Digest.ToString()].Select(Convert.ToBase64String).Order(),
            served!["signatures"]!.AsArray().Select(one => (string)one!["content"]!).Order());
    }

    [Fact]
    public async Task Signatures_are_synced_from_the_extensions_API_too()
    {
        Upstream.HasExtension = true;
        Upstream.Sign(Upstream.Image("1.0", Unique("a")));
        await SyncAsync(await RemoteAsync());
        Assert.Single(await SignedAsync());
    }

    [Fact]
    public async Task Repositories_with_no_signatures_sync_successfully_where_sigstore_is_provided_and_supported()
    {
        Upstream.Image("1.0", Unique("a"));
        await SyncAsync(await SignedRemoteAsync());
        Assert.Equal(["1.0"], await NamesAsync());
    }

    [Fact]
    public async Task On_resync_new_signatures_are_synced()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var remote = await SignedRemoteAsync();
        await SyncAsync(remote);
        Assert.Empty(await SignedAsync());

        Upstream.Sign(image);
        await SyncAsync(remote);
        Assert.Single(await SignedAsync());
        Assert.Equal("taken", (string?)(await ReportAsync("1.0"))["outcome"]);
        Assert.Equal(2, await LatestAsync(Repository));
    }

    [Fact]
    public async Task Signed_only_should_not_work_if_the_registry_supports_neither_sigstore_nor_API_extensions()
    {
        Upstream.Image("1.0", Unique("a"));
        Assert.Contains("sigstore", await FailAsync(await RemoteAsync(), ("signed_only", true)), StringComparison.Ordinal);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Signed_only_syncs_all_content_and_signatures_of_a_repository_where_all_content_has_signatures()
    {
        foreach (var tag in new[] { "1.0", "1.1" })
            Upstream.Sign(Upstream.Image(tag, Unique(tag)));
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Equal(["1.0", "1.1"], await NamesAsync());
        Assert.Equal(2, (await SignedAsync()).Count);
    }

    [Fact]
    public async Task Signed_only_syncs_only_signed_content_of_a_repository_with_a_mix_of_signed_and_not_signed_content()
    {
        Upstream.HasExtension = true;
        var (signed, unsigned) = (Upstream.Image("signed", Unique("a")), Upstream.Image("unsigned", Unique("b")));
        Upstream.Sign(signed);
        await SyncAsync(await RemoteAsync(), ("signed_only", true));
        Assert.Equal(["signed"], await NamesAsync());
        Assert.True(await HasAsync(signed));
        Assert.False(await HasAsync(unsigned));
        Assert.Equal("not_signed", await ReasonAsync("unsigned"));
    }

    [Fact]
    public async Task Signed_only_does_not_sync_any_content_where_no_signatures_are_available()
    {
        Upstream.Image("1.0", Unique("a"));
        var result = await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Empty(await HoldsAsync(Repository));
        Assert.Equal(0, await LatestAsync(Repository));
        Assert.Equal((0, 1), ((int)result["taken"]!, (int)result["skipped"]!));
    }

    [Fact]
    public async Task Signed_only_does_not_sync_a_manifest_list_at_all_if_any_of_its_per_arch_images_are_not_signed()
    {
        var (a, b) = (Upstream.Image(null, Unique("a")), Upstream.Image(null, Unique("b")));
        var index = Upstream.Index("all", a, b);
        Upstream.Sign(a);
        Upstream.Sign(index);
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Empty(await HoldsAsync(Repository));
        Assert.Equal("not_signed", await ReasonAsync("all"));

        Upstream.Sign(b);
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Equal(["all"], await NamesAsync());
        Assert.Equal(3, (await SignedAsync()).Count);
    }

    [Fact]
    public async Task Sync_should_skip_bad_signatures_and_not_fail()
    {
        var (image, other) = (Upstream.Image("1.0", Unique("a")), Upstream.Image("1.1", Unique("b")));
        Upstream.Sign(image, Bad);
        Upstream.Sign(image, Openpgp.Sign(other.Digest.ToString()));
        Upstream.Sign(image);
        await SyncAsync(await SignedRemoteAsync());
        Assert.Equal(["1.0", "1.1"], await NamesAsync());
        Assert.Single(await SignedAsync());
        var notes = (await ReportAsync("1.0"))["notes"]!.AsArray();
        Assert.Equal(2, notes.Count);
        Assert.Contains($"it is of {other.Digest}", (string)notes[1]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task If_signed_only_and_content_has_only_bad_signatures_it_should_not_be_synced()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        Upstream.Sign(image, Bad);
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Empty(await HoldsAsync(Repository));
        Assert.Equal("bad_signature", await ReasonAsync("1.0"));
    }

    [Fact]
    public async Task If_signed_only_and_a_per_arch_has_only_bad_signatures_its_list_and_related_images_should_not_be_synced_at_all()
    {
        var (a, b) = (Upstream.Image(null, Unique("a")), Upstream.Image(null, Unique("b")));
        Upstream.Index("all", a, b);
        Upstream.Sign(a);
        Upstream.Sign(b, Bad);
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Empty(await HoldsAsync(Repository));
        Assert.Equal("bad_signature", await ReasonAsync("all"));
    }

    [Fact]
    public async Task An_image_of_a_list_that_is_left_out_comes_where_another_tag_names_it()
    {
        var (a, b) = (Upstream.Image("a", Unique("a")), Upstream.Image(null, Unique("b")));
        Upstream.Index("all", a, b);
        Upstream.Sign(a);
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Equal(["a"], await NamesAsync());
        Assert.Equal([a.Digest.ToString()], await HoldsAsync(Repository, "manifests"));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_no_proof_of_anything()
    {
        Upstream.Image("1.0", Unique("a"));
        Upstream.Instead = Answering("/sigs/", 500);
        await SyncAsync(await SignedRemoteAsync(), ("signed_only", true));
        Assert.Empty(await NamesAsync());
        Assert.Equal("signatures_unavailable", await ReasonAsync("1.0"));

        await SyncAsync(await SignedRemoteAsync());
        Assert.Equal(["1.0"], await NamesAsync());
        Assert.Contains("not available", (await ReportAsync("1.0"))["notes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_keeps_known_signatures_while_their_store_does_not_answer()
    {
        Upstream.Sign(Upstream.Image("1.0", Unique("a")));
        await SyncAsync(await SignedRemoteAsync(), ("mirror", true));
        Upstream.Instead = Answering("/sigs/", 500);
        await SyncAsync(await SignedRemoteAsync(), ("mirror", true));
        Assert.Single(await SignedAsync());

        Upstream.Instead = null;
        Upstream.Signatures.Clear();
        await SyncAsync(await SignedRemoteAsync(), ("mirror", true));
        Assert.Empty(await SignedAsync());
    }

    [Fact]
    public async Task With_trusted_keys_only_what_they_signed_counts()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-gen-key", "signer@example.org", "ed25519", "sign", "never");
        var certificate = gpg.Run("--armor", "--export", "signer@example.org");
        var (good, other) = (Upstream.Image("good", Unique("a")), Upstream.Image("other", Unique("b")));
        Upstream.Sign(good, SignBy(gpg, good.Digest.ToString(), $"registry.example.org/{FakeUpstream.Name}:good"));
        Upstream.Sign(good);
        Upstream.Sign(other);
        await SyncAsync(await SignedRemoteAsync(("trusted_keys", Array(certificate))), ("signed_only", true));
        Assert.Equal(["good"], await NamesAsync());
        Assert.Single(await SignedAsync());
        Assert.Equal("bad_signature", await ReasonAsync("other"));
    }

    [Fact]
    public async Task A_policy_judges_the_identity_too()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-gen-key", "signer@example.org", "ed25519", "sign", "never");
        var keys = Convert.ToBase64String(gpg.Run([], "--export", "signer@example.org"));
        var policy = new JsonObject
        {
            ["default"] = new JsonArray(new JsonObject
            {
                ["type"] = "signedBy",
                ["keyType"] = "GPGKeys",
                ["keyData"] = keys,
                ["signedIdentity"] = new JsonObject
                {
                    ["type"] = "exactRepository",
                    ["dockerRepository"] = $"registry.example.org/{FakeUpstream.Name}",
                },
            }),
        };
        var (right, wrong) = (Upstream.Image("right", Unique("a")), Upstream.Image("wrong", Unique("b")));
        Upstream.Sign(right, SignBy(gpg, right.Digest.ToString(), $"registry.example.org/{FakeUpstream.Name}:right"));
        Upstream.Sign(wrong, SignBy(gpg, wrong.Digest.ToString(), "registry.example.org/somebody/else:wrong"));
        await SyncAsync(await SignedRemoteAsync(("signature_policy", policy)), ("signed_only", true));
        Assert.Equal(["right"], await NamesAsync());
        Assert.Equal("bad_signature", await ReasonAsync("wrong"));
    }

    [Fact]
    public async Task Without_another_source_companions_of_cosign_judge()
    {
        var (signed, unsigned) = (Upstream.Image("signed", Unique("a")), Upstream.Image("unsigned", Unique("b")));
        Upstream.Image(Images.Companion(signed, ".sig"), Unique("c"));
        await SyncAsync(await RemoteAsync(), ("signed_only", true));
        Assert.Equal([Images.Companion(signed, ".sig"), "signed"], await NamesAsync());
        Assert.False(await HasAsync(unsigned));
    }

    [Theory]
    [InlineData("trusted_keys", """["no key"]""", "Entry 1")]
    [InlineData("signature_policy", """{"default":[]}""", "not empty")]
    [InlineData("signature_policy", """{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/etc/passwd"}]}""", "names no files")]
    [InlineData("signature_policy", "[]", "JSON object")]
    public async Task Keys_and_policies_that_are_none_are_refused(string field, string value, string why)
    {
        var (status, body) = await Pulp.RefuseAsync(Remotes + "create", null, Body(
            ("name", Unique("remote")), ("url", Upstream.Url), ("upstream_name", "a/b"), (field, JsonNode.Parse(value))));
        Assert.Equal(400, status);
        Assert.Contains(field, body, StringComparison.Ordinal);
        Assert.Contains(why, body, StringComparison.Ordinal);
    }

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task<bool>> Answering(string path, int status) => context =>
    {
        if (!context.Request.Path.Value!.StartsWith(path, StringComparison.Ordinal))
            return Task.FromResult(false);
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    };

    private static byte[] SignBy(GnuPG gpg, string digest, string reference) => gpg.Run(
        System.Text.Encoding.UTF8.GetBytes(
            $$$"""
            {"critical":{"identity":{"docker-reference":"{{{reference}}}"},"image":{"docker-manifest-digest":"{{{digest}}}"},"type":"atomic container signature"},"optional":{}}
            """.Trim()),
        "--sign");
}

public sealed class SqliteSignatureSyncTests(SqliteServer server) : SignatureSyncTests(server);

public sealed class PostgresSignatureSyncTests(PostgresServer server) : SignatureSyncTests(server);
