using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>What cosign attached upstream, judged by keys and by policies.</summary>
public abstract class CosignSyncTests(Server server) : SyncScenario(server)
{
    private const string Origin = "registry.example.org/team/app";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task A_signature_by_a_trusted_key_counts_and_one_by_another_key_or_of_another_image_is_reported()
    {
        var (good, other, copied) = (Image("good"), Image("other"), Image("copied"));
        Image("unsigned");
        Attach(good, Signature(_other, good), Signature(_key, good));
        Attach(other, Signature(_other, other));
        Attach(copied, Signature(_key, good));
        await SyncAsync(await TrustingAsync(), ("signed_only", true));
        Assert.Equal(["good"], await ImagesAsync());
        Assert.Equal("bad_signature", await ReasonAsync("other"));
        Assert.Contains("none of the trusted keys made it", await MessageAsync("other"), StringComparison.Ordinal);
        Assert.Equal("bad_signature", await ReasonAsync("copied"));
        Assert.Contains("of something else", await MessageAsync("copied"), StringComparison.Ordinal);
        Assert.Equal("not_signed", await ReasonAsync("unsigned"));
    }

    [Fact]
    public async Task Referrers_count_and_so_does_the_index_that_stands_in_for_their_list()
    {
        var image = Image("1.0");
        var signature = Upstream.Add(null, SignatureManifest(image, [Signature(_key, image)]));
        await SyncAsync(await TrustingAsync(), ("signed_only", true));
        Assert.Empty(await ImagesAsync());

        Upstream.Index(Images.Companion(image), signature);
        await SyncAsync(await TrustingAsync(), ("signed_only", true));
        Assert.Equal(["1.0"], await ImagesAsync());

        Upstream.Tags.TryRemove(Images.Companion(image), out _);
        Upstream.HasReferrers = true;
        await SyncAsync(await TrustingAsync(), ("signed_only", true), ("mirror", true));
        Assert.Equal(["1.0"], await ImagesAsync());
        Assert.True(await HasAsync(signature));
    }

    [Fact]
    public async Task What_is_withheld_here_is_left_out_and_the_rest_is_taken()
    {
        var (good, bad) = (Image("good"), Image("bad"));
        Upstream.HasReferrers = true;
        Attach(good, Signature(_key, good));
        var referrer = Upstream.Add(null, SignatureManifest(good, [Signature(_key, good)]));
        var kept = Upstream.Add(null, SignatureManifest(good, [Signature(_other, good)]));
        var remote = await RemoteAsync();
        await SyncAsync(remote);
        Assert.Equal(["bad", "good"], (await ImagesAsync()).Order());
        Assert.True(await HasAsync(referrer));

        await Pulp.CallAsync("signing_keys_create", null, new() { ["public_key"] = _key.ExportSubjectPublicKeyInfoPem() });
        await Pulp.CallAsync("key_revocations_create", null, new()
        {
            ["key"] = Convert.ToHexString(SHA256.HashData(_key.ExportSubjectPublicKeyInfo())),
            ["reason"] = "it leaked",
        });
        var manifest = Assert.Single(await Pulp.ListAsync(
            "content_container_manifests_list", null, ("digest", bad.Digest.ToString())));
        await Pulp.CallAsync(
            "content_container_manifests_withdraw", (string)manifest["pulp_href"]!, new() { ["reason"] = "malware" });
        var late = Image("late");
        Attach(late, Signature(_key, late));

        await SyncAsync(remote);
        Assert.Equal(["good", "late"], (await NamesAsync()).Order());
        Assert.Equal("withheld", await ReasonAsync("bad"));
        Assert.Contains("malware", await MessageAsync("bad"), StringComparison.Ordinal);
        Assert.Equal("withheld", await ReasonAsync(Images.Companion(late, ".sig")));
        Assert.False(await HasAsync(referrer));
        Assert.True(await HasAsync(kept));
    }

    [Fact]
    public async Task Where_only_keys_can_tell_and_nothing_is_signed_nothing_is_taken()
    {
        Image("1.0");
        await SyncAsync(await TrustingAsync(), ("signed_only", true));
        Assert.Empty(await HoldsAsync(Repository));
        Assert.Equal("not_signed", await ReasonAsync("1.0"));
    }

    [Fact]
    public async Task Known_signatures_are_not_downloaded_again()
    {
        var image = Image("1.0");
        Attach(image, Signature(_key, image));
        var remote = await TrustingAsync();
        await SyncAsync(remote, ("signed_only", true));
        var before = Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/");
        await SyncAsync(remote, ("signed_only", true));
        Assert.Equal(["1.0"], await ImagesAsync());
        Assert.Equal(before, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/"));
    }

    [Fact]
    public async Task A_policy_of_sigstoreSigned_judges_the_identity_too()
    {
        var (right, wrong, other) = (Image("right"), Image("wrong"), Image("other"));
        Attach(right, Signature(_key, right));
        Attach(wrong, Signature(_key, wrong, "registry.example.org/somebody/else"));
        Attach(other, Signature(_other, other));
        await SyncAsync(await RemoteAsync(("signature_policy", Policy("keyData", Pem(_key)))), ("signed_only", true));
        Assert.Equal(["right"], await ImagesAsync());
        Assert.Equal("bad_signature", await ReasonAsync("wrong"));
        Assert.Contains("policy", await MessageAsync("wrong"), StringComparison.Ordinal);
        Assert.Equal("bad_signature", await ReasonAsync("other"));

        var both = Policy("keyDatas", new JsonArray(Pem(_key), Pem(_other)));
        await SyncAsync(await RemoteAsync(("signature_policy", both)), ("signed_only", true));
        Assert.Equal(["other", "right"], await ImagesAsync());
    }

    [Fact]
    public async Task A_policy_asks_for_each_image_of_an_index_as_clients_do_and_a_key_for_the_index()
    {
        var (a, b) = (Upstream.Image(null, Unique("a")), Upstream.Image(null, Unique("b")));
        var index = Upstream.Index("all", a, b);
        Attach(index, Signature(_key, index));
        var byPolicy = await RemoteAsync(("signature_policy", Policy("keyData", Pem(_key))));
        await SyncAsync(byPolicy, ("signed_only", true));
        Assert.Empty(await ImagesAsync());
        await SyncAsync(await TrustingAsync(), ("signed_only", true), ("mirror", true));
        Assert.Equal(["all"], await ImagesAsync());

        Attach(a, Signature(_key, a));
        Attach(b, Signature(_key, b));
        await SyncAsync(byPolicy, ("signed_only", true), ("mirror", true));
        Assert.Equal(["all"], await ImagesAsync());
    }

    [Theory]
    [InlineData("""{"fulcio":{"caPath":"/ca","oidcIssuer":"a","subjectEmail":"b"} }""", "by keys alone")]
    [InlineData("""{"keyData":"eA==","rekorPublicKeyData":"eA=="}""", "by keys alone")]
    [InlineData("""{"keyPath":"/etc/cosign.pub"}""", "names no files")]
    [InlineData("""{}""", "exactly one")]
    [InlineData("""{"keyData":"eA=="}""", "no public key")]
    [InlineData("""{"keyData":"no base64!"}""", "not base64")]
    [InlineData("""{"keyDatas":[]}""", "not empty")]
    public async Task What_of_sigstoreSigned_cannot_be_judged_is_refused(string members, string why)
    {
        var requirement = JsonNode.Parse(members)!.AsObject();
        requirement["type"] = "sigstoreSigned";
        var (status, body) = await Pulp.RefuseAsync(Remotes + "create", null, Body(
            ("name", Unique("remote")), ("url", Upstream.Url), ("upstream_name", "a/b"),
            ("signature_policy", new JsonObject { ["default"] = new JsonArray(requirement) })));
        Assert.Equal(400, status);
        Assert.Contains("signature_policy", body, StringComparison.Ordinal);
        Assert.Contains(why, body, StringComparison.Ordinal);
    }

    private static string Pem(ECDsa key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()));

    private static JsonObject Policy(string member, JsonNode keys) => new()
    {
        ["default"] = new JsonArray(new JsonObject
        {
            ["type"] = "sigstoreSigned",
            [member] = keys,
            ["signedIdentity"] = new JsonObject { ["type"] = "exactRepository", ["dockerRepository"] = Origin },
        }),
    };

    private Manifest Image(string tag) => Upstream.Image(tag, Unique(tag));

    private Task<string> TrustingAsync() => RemoteAsync(("trusted_keys", Array(_key.ExportSubjectPublicKeyInfoPem())));

    private async Task<string> MessageAsync(string reference) => (string)(await ReportAsync(reference))["message"]!;

    private async Task<IReadOnlyList<string>> ImagesAsync() =>
        [.. (await NamesAsync()).Where(tag => !tag.StartsWith("sha256-", StringComparison.Ordinal))];

    /// <summary>As cosign makes it: payload and value.</summary>
    private (string Payload, string Value) Signature(ECDsa key, Manifest image, string identity = Origin)
    {
        var payload = $$$"""
            {"critical":{"identity":{"docker-reference":"{{{identity}}}"},"image":{"docker-manifest-digest":"{{{image.Digest}}}"},"type":"cosign container image signature"},"optional":null}
            """;
        Upstream.Blobs[Images.DigestOf(payload).ToString()] = Images.BytesOf(payload);
        return (payload, Convert.ToBase64String(key.SignData(
            Images.BytesOf(payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
    }

    private void Attach(Manifest image, params (string Payload, string Value)[] signatures) =>
        Upstream.Add(Images.Companion(image, ".sig"), SignatureManifest(null, signatures));

    private Manifest SignatureManifest(Manifest? subject, (string Payload, string Value)[] signatures)
    {
        Upstream.Blobs[Images.DigestOf("{}").ToString()] = Images.BytesOf("{}");
        var json = JsonNode.Parse(Images.Image("{}", signatures.Select(signature => signature.Payload), subject).Bytes.Span)!;
        for (var place = 0; place < signatures.Length; place++)
        {
            json["layers"]![place]!["mediaType"] = "application/vnd.dev.cosign.simplesigning.v1+json";
            json["layers"]![place]!["annotations"] = new JsonObject
            {
                ["dev.cosignproject.cosign/signature"] = signatures[place].Value,
            };
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        return new(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes);
    }
}

public sealed class SqliteCosignSyncTests(SqliteServer server) : CosignSyncTests(server);

public sealed class PostgresCosignSyncTests(PostgresServer server) : CosignSyncTests(server);
