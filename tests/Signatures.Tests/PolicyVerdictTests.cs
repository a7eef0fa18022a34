using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>What a policy says of an image besides yes and no; and where a document is wrong.</summary>
public sealed class PolicyVerdictTests
{
    private const string Image = "registry.example.invalid/team/app:1.0";

    private static readonly string Ed25519 = Convert.ToBase64String(Fixtures.Read("keys/ed25519.pub.gpg").ToArray());
    private static readonly string Rsa = Convert.ToBase64String(Fixtures.Read("keys/rsa2048.pub.gpg").ToArray());

    [Fact]
    public void Every_requirement_and_every_signature_is_explained()
    {
        var verdict = Judge(
            $$"""
            {"default":[
              {"type":"signedBy","keyType":"GPGKeys","keyData":"{{Ed25519}}"},
              {"type":"signedBy","keyType":"GPGKeys","keyData":"{{Rsa}}"},
              {"type":"reject"}]}
            """,
            "sigs/bad/key-unknown.sig", "sigs/identity/app-2.0.sig", "sigs/oci-amd64.ed25519.sig");

        Assert.False(verdict.IsAllowed);
        Assert.Null(verdict.Scope);
        Assert.Equal([true, false, false], verdict.Requirements.Select(one => one.IsMet));
        var tried = verdict.Requirements[0].Tried;
        Assert.Equal([false, false, true], tried.Select(one => one.Counts));
        Assert.Contains("is not trusted", tried[0].Why, StringComparison.Ordinal);
        Assert.Contains("matchRepoDigestOrExact does not accept", tried[1].Why, StringComparison.Ordinal);
        Assert.Equal("registry.example.invalid/team/app:2.0", tried[1].Reference);
        Assert.NotNull(tried[2].Fingerprint);
        Assert.All(
            verdict.Requirements.Select(one => one.Why).Concat(tried.Select(one => one.Why)),
            why => Assert.EndsWith(".", why, StringComparison.Ordinal));
        Assert.Equal(verdict.Requirements[1].Why, verdict.Why);
    }

    [Fact]
    public void What_decides_is_found_sooner_where_nobody_asks_why()
    {
        var policy = $$"""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyData":"{{Ed25519}}"},{"type":"reject"},{"type":"reject"}]}""";
        var verdict = Judge(policy, everything: false, "sigs/oci-amd64.ed25519.sig", "sigs/identity/app-2.0.sig");
        Assert.Equal(2, verdict.Requirements.Count);
        Assert.Single(verdict.Requirements[0].Tried);
    }

    [Fact]
    public void A_verdict_ends_when_what_allows_it_does()
    {
        var policy = """{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"keys/%.pub.gpg"}]}""";
        var lasting = Judge(policy.Replace("%", "ed25519"), "sigs/oci-amd64.ed25519.sig");
        Assert.True(lasting.IsAllowed);
        Assert.Null(lasting.EndsAt);
    }

    [Fact]
    public void Keys_are_found_by_their_fingerprints()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(CosignPublicKey.TryParse(key.ExportSubjectPublicKeyInfoPem(), out var cosign));
        var certificate = TrustedKeys.Load(Fixtures.Read("keys/ed25519.pub.gpg"));
        var known = new Known(certificate, cosign);
        var openPgp = certificate.Certificates[0].Fingerprint;
        var document =
            $$"""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyFingerprint":"{{openPgp.ToLowerInvariant()}}"}]}""";

        Assert.True(Judge(document, known, "sigs/oci-amd64.ed25519.sig").IsAllowed);
        Assert.Equal([openPgp], Read(document).NamedKeys);

        var unknown = Judge(document.Replace(openPgp.ToLowerInvariant(), new string('0', 40)), known, "sigs/oci-amd64.ed25519.sig");
        Assert.False(unknown.IsAllowed);
        Assert.Contains("is not known here", unknown.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"default":[{"type":"signed"}]}""", "At default[0].type: the requirement type 'signed' is unknown.")]
    [InlineData("""{"default":[{"type":"reject","x":1}]}""", "At default[0].x: this member is unknown here.")]
    [InlineData("""{"default":[]}""", "At default: a list of requirements is not empty.")]
    [InlineData("""{}""", "At the top: the member 'default' is missing.")]
    [InlineData(
        """{"default":[{"type":"reject"}],"transports":{"docker":{"a.b/c":[{"type":"signedBy","keyType":"GPGKeys","keyFingerprint":"0"}]}}}""",
        """At transports.docker["a.b/c"][0].keyFingerprint: this is no fingerprint: 40 or 64 hex digits.""")]
    [InlineData(
        """{"default":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k"}]}""",
        "At default[0].keyPath: a policy that a server judges by names no files: give the keys by value, as keyData in base64, or by keyFingerprint.")]
    [InlineData(
        """{"default":[{"type":"signedBy","keyType":"GPGKeys","keyData":"AAAA"}]}""",
        "At default[0].keyData: no OpenPGP certificate is in this.")]
    [InlineData(
        """{"default":[{"type":"sigstoreSigned","fulcio":{}}]}""",
        "At default[0].fulcio: signatures are judged by keys alone here: give public keys as keyData or keyDatas.")]
    [InlineData("""{"default":[{"type":"reject"}],"default":[]}""", "The policy names a member of one object twice.")]
    [InlineData("{\"default\":\n[}", "At line 2, byte 2: the policy is not well-formed JSON")]
    public void A_fault_is_named_with_its_place(string document, string expected)
    {
        Assert.False(SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), PolicyDialect.Server, out _, out var refusal));
        Assert.StartsWith(expected, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", false)]
    [InlineData("""{"keyPath":"/k"}""", true)]
    [InlineData("""{"keyPath":"/k","x":1}""", false)]
    [InlineData("""{"keyPath":""}""", false)]
    [InlineData("""{"keyPath":"/k","keyData":"AAAA"}""", false)]
    [InlineData("""{"keyPaths":[]}""", false)]
    [InlineData("""{"keyDatas":[null]}""", true)]
    [InlineData("""{"keyPath":"/k","rekorPublicKeyPath":"/r"}""", true)]
    [InlineData("""{"keyPath":"/k","rekorPublicKeyPath":"/r","rekorPublicKeyData":"AAAA"}""", false)]
    [InlineData("""{"fulcio":{"caPath":"/c","oidcIssuer":"i","subjectEmail":"s"},"rekorPublicKeyDatas":["AAAA"]}""", true)]
    [InlineData("""{"fulcio":{"caPath":"/c","oidcIssuer":"i","subjectEmail":"s"}}""", false)]
    [InlineData("""{"fulcio":{"caPath":"/c","oidcIssuer":"i"},"rekorPublicKeyDatas":["AAAA"]}""", false)]
    [InlineData("""{"pki":{"caRootsData":"AAAA","caIntermediatesPath":"/i","subjectHostname":"s"}}""", true)]
    [InlineData("""{"pki":{"caRootsData":"AAAA"}}""", false)]
    [InlineData("""{"pki":{"caRootsData":"AAAA","subjectEmail":"s"},"rekorPublicKeyData":"AAAA"}""", false)]
    public void Clients_read_all_of_sigstoreSigned(string members, bool isValid)
    {
        var requirement = JsonNode.Parse(members)!.AsObject();
        requirement["type"] = "sigstoreSigned";
        var policy = new JsonObject { ["default"] = new JsonArray(requirement) };
        Assert.Equal(isValid, SignaturePolicy.TryParse(JsonSerializer.SerializeToUtf8Bytes(policy), out var read, out _));
        Assert.NotEqual(true, read?.Allows(Ask([]) with { ReadKeys = _ => null }));
    }

    [Theory]
    [InlineData("atomic", "example.com/team/app/web", true)] // skopeo does not know it any more
    [InlineData("docker-daemon", "docker.io/library/busybox:latest", true)]
    [InlineData("docker-daemon", "sha256:0000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("docker-archive", "/a", false)]
    [InlineData("dir", "/a/../b", false)]
    [InlineData("anything", "else", true)]
    public void A_scope_is_one_of_its_transport(string transport, string scope, bool isValid) => Assert.Equal(
        isValid,
        SignaturePolicy.TryParse(
            Encoding.UTF8.GetBytes(
                $$$$"""{"default":[{"type":"reject"}],"transports":{"{{{{transport}}}}":{"{{{{scope}}}}":[{"type":"reject"}]}}}"""),
            out _, out _));

    [Theory]
    [InlineData(true, "one.pub")]
    [InlineData(true, "another.pub", "one.pub")]
    [InlineData(false, "another.pub")]
    [InlineData(false, "one.pub", "one.key")]
    [InlineData(false, "one.pub", "none.pub")]
    public void One_key_of_cosign_that_is_none_fails_all_for_clients(bool allows, params string[] files)
    {
        var key = CosignKey.Import(Encoding.UTF8.GetString(Fixtures.Read("cosign/one.key")), "secret");
        var payload = AtomicPayload.WriteCosign(Fixtures.DigestOf("manifests/oci-amd64.json"), "registry.example.invalid/team/app");
        var question = Ask([]) with
        {
            Attached = [AttachedSignature.OfPayload(payload, key.Sign(payload))],
            ReadKeys = path => path == "none.pub" ? null : (ReadOnlyMemory<byte>?)Fixtures.Read($"cosign/{path}"),
        };
        Assert.Equal(allows, Judge("keyPaths", files));
        if (!files.Contains("none.pub"))
            Assert.Equal(allows, Judge("keyDatas", files.Select(file => Convert.ToBase64String(Fixtures.Read($"cosign/{file}")))));

        bool Judge(string member, IEnumerable<string> keys)
        {
            var policy = new
            {
                @default = new[]
                {
                    new Dictionary<string, object>
                    {
                        ["type"] = "sigstoreSigned", [member] = keys, ["signedIdentity"] = new { type = "matchRepository" },
                    },
                },
            };
            Assert.True(SignaturePolicy.TryParse(JsonSerializer.SerializeToUtf8Bytes(policy), out var read, out var refusal), refusal);
            return read.Allows(question);
        }
    }

    [Fact]
    public void Only_servers_know_keys_by_name() => Assert.False(SignaturePolicy.TryParse(
        Encoding.UTF8.GetBytes($$"""{"default":[{"type":"signedBy","keyType":"GPGKeys","keyFingerprint":"{{new string('A', 40)}}"}]}"""),
        out _, out _));

    private static PolicyVerdict Judge(string document, params string[] signatures) =>
        Judge(document, everything: true, signatures);

    private static PolicyVerdict Judge(string document, bool everything, params string[] signatures) =>
        Read(document).Judge(Ask(signatures), everything);

    private static PolicyVerdict Judge(string document, INamedKeys known, params string[] signatures) =>
        Read(document).Judge(Ask(signatures) with { Known = known }, everything: true);

    private static PolicyQuestion Ask(string[] signatures)
    {
        Assert.True(ImageReference.TryParse(Image, out var reference));
        return new(
            reference, Fixtures.DigestOf("manifests/oci-amd64.json"),
            [.. signatures.Select(file => (ReadOnlyMemory<byte>)Fixtures.Read(file))],
            path => Fixtures.Read(path), Fixtures.Now);
    }

    private static SignaturePolicy Read(string document)
    {
        var dialect = document.Contains("keyPath", StringComparison.Ordinal) ? PolicyDialect.Client : PolicyDialect.Server;
        Assert.True(
            SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), dialect, out var policy, out var refusal), refusal);
        return policy;
    }

    private sealed record Known(TrustedKeys Certificate, CosignPublicKey Key) : INamedKeys
    {
        public TrustedKeys? FindCertificate(string fingerprint) =>
            Certificate.Certificates[0].Fingerprint == fingerprint ? Certificate : null;

        public CosignPublicKey? FindPublicKey(string fingerprint) => Key.Fingerprint == fingerprint ? Key : null;
    }
}
