using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>What is withheld, by what signatures say of their keys.</summary>
public sealed class WithheldTests
{
    private const string Fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567";
    private const string KeyId = "89ABCDEF01234567";
    private const string LongFingerprint = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";
    private const string Other = "FFFFFFFFFFFFFFFFFFFFFFFF89ABCDEF01234567";

    [Theory]
    [InlineData(Fingerprint, KeyId, Fingerprint, true)]
    [InlineData(Fingerprint, KeyId, null, true)]
    [InlineData(Fingerprint, KeyId, Other, false)] // of the same id, and another key
    [InlineData(LongFingerprint, "0123456789ABCDEF", null, true)]
    [InlineData(LongFingerprint, KeyId, null, false)]
    [InlineData(KeyId, KeyId, Fingerprint, true)]
    [InlineData(KeyId, KeyId, Other, true)]
    [InlineData(KeyId, KeyId, null, true)]
    [InlineData(KeyId, "0123456789ABCDEF", null, false)]
    public void A_key_is_withheld_by_fingerprint_or_by_id(string key, string keyId, string? fingerprint, bool expected)
    {
        var withheld = new Withheld([WithheldKey.Named(key)], []);
        Assert.Equal(expected, withheld.Find(keyId, fingerprint) is not null);
        var signature = new ServedSignature(default, "", keyId, fingerprint, [], default);
        Assert.Equal(expected ? [] : [signature], withheld.LeftOf([signature]));
    }

    [Fact]
    public void Where_nothing_is_withheld_nothing_is_copied()
    {
        ServedSignature[] signatures = [new(default, "", KeyId, null, [], default)];
        Assert.Same(signatures, Withheld.Nothing.LeftOf(signatures));
    }

    [Fact]
    public async Task An_open_gate_answers_at_once_and_takes_no_memory()
    {
        var (gate, manifest) = (new OpenGate(), new Manifest(Digest.Sha256([]), MediaTypes.OciManifest, default));
        long before = 0, after = 0;
        for (var round = 0; round < 2; round++) // what runs for the first time takes some
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            for (var pull = 0; pull < 1000; pull++)
                _ = (await gate.AskAsync()).Has(manifest);
            after = GC.GetAllocatedBytesForCurrentThread();
        }

        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData("application/vnd.dev.cosign.simplesigning.v1+json", null, true)]
    [InlineData("application/vnd.dsse.envelope.v1+json", null, true)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", null, true)]
    [InlineData("application/jose+json", "application/vnd.cncf.notary.signature", true)]
    [InlineData("application/vnd.oci.image.layer.v1.tar", null, false)]
    [InlineData("text/spdx+json", "application/spdx+json", false)]
    public void Of_manifests_signatures_alone_wait_for_what_is_confirmed(string layer, string? artifactType, bool waits)
    {
        var descriptor = $$"""{"mediaType":"{{layer}}","digest":"sha256:{{new string('0', 64)}}","size":2}""";
        var bytes = Encoding.UTF8.GetBytes(
            $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}",
            {{(artifactType is null ? "" : $"\"artifactType\":\"{artifactType}\",")}}
            "config":{{descriptor.Replace(layer, MediaTypes.OciConfig)}},"layers":[{{descriptor}}]}
            """);
        var manifest = new Manifest(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes);
        var unconfirmed = new Withheld([], []) { IsConfirmed = false };

        Assert.False(Withheld.Nothing.Has(manifest));
        if (waits)
            Assert.Throws<StoreUnavailableException>(() => unconfirmed.Has(manifest));
        else
            Assert.False(unconfirmed.Has(manifest));
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_may_be_a_signature()
    {
        var bytes = Encoding.UTF8.GetBytes("[]");
        var manifest = new Manifest(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes);
        Assert.Throws<StoreUnavailableException>(
            () => new Withheld([], []) { IsConfirmed = false }.Has(manifest));
    }
}
