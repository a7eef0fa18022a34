using System.Text;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures.Tests.Signing;

/// <summary>What we sign, read by ourselves, by gpg and by skopeo.</summary>
public sealed class OpenPgpSignerTests
{
    private const string Reference = "registry.example.invalid/team/app:1.0";

    [Theory]
    [InlineData("rsa2048")]
    [InlineData("rsa4096")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    [InlineData("nistp384")]
    [InlineData("nistp521")]
    public async Task A_key_of_gpg_with_a_passphrase_signs(string algorithm)
    {
        Needs.Program("skopeo");
        using var gpg = GnuPG.Start();
        gpg.Run(
            [], "--passphrase", "open sesame", "--quick-gen-key", "Test <test@example.invalid>", algorithm, "sign", "never");
        var secret = gpg.Run([], "--passphrase", "open sesame", "--armor", "--export-secret-keys");
        var key = OpenPgpSecretKey.Import(secret, "open sesame", DateTimeOffset.UtcNow);
        await RequireAcceptedAsync(gpg, key);
    }

    [Theory]
    [InlineData(OpenPgpKeyKind.Rsa3072)]
    [InlineData(OpenPgpKeyKind.Rsa4096)]
    [InlineData(OpenPgpKeyKind.Ed25519)]
    [InlineData(OpenPgpKeyKind.NistP256)]
    public async Task A_key_that_we_generate_is_real_to_gpg_and_skopeo(OpenPgpKeyKind kind)
    {
        Needs.Program("skopeo");
        using var gpg = GnuPG.Start();
        var secret = OpenPgpKeyGenerator.Generate(kind, "Registry <registry@example.invalid>", DateTimeOffset.UtcNow);
        var key = OpenPgpSecretKey.Import(secret, "", DateTimeOffset.UtcNow);
        gpg.Run(Encoding.ASCII.GetBytes(key.PublicKey), "--import");
        await RequireAcceptedAsync(gpg, key);

        // The secret key too: nobody is locked in.
        gpg.Run(secret, "--import");
        var theirs = gpg.Run(Packets.Payload(), "--sign");
        var keys = TrustedKeys.Load(Encoding.ASCII.GetBytes(key.PublicKey));
        Assert.IsType<Verdict.Accepted>(Verifier.Verify(theirs, Fixtures.Manifest, keys, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void The_form_is_that_of_skopeo()
    {
        var key = OpenPgpSecretKey.Import(Fixtures.Read("keys/rsa2048.sec.asc"), "", Fixtures.SignedAt);
        var ours = key.Signer.Sign(Fixtures.Manifest, Reference, Fixtures.SignedAt);
        var theirs = Fixtures.Read("sigs/oci-amd64.rsa2048.sig");
        Assert.Equal(theirs[..2], ours[..2]);
        var (a, b) = (Fixtures.Parse(ours), Fixtures.Parse(theirs));
        Assert.Equal((b.Fingerprint, b.KeyAlgorithm, b.HashFunction, b.PacketVersion, b.ManifestDigest),
            (a.Fingerprint, a.KeyAlgorithm, a.HashFunction, a.PacketVersion, a.ManifestDigest));
        Assert.Equal((Reference, "orleans-registry", Fixtures.SignedAt), (a.DockerReference, a.Creator, a.CreatedAt));
        Assert.StartsWith(
            """{"critical":{"identity":{"docker-reference":""", Encoding.UTF8.GetString(a.Payload.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<&>\"\\")]
    [InlineData("registry.example.invalid/tèam:1")]
    public void A_reference_is_any_text(string reference)
    {
        var key = OpenPgpSecretKey.Import(Fixtures.Read("keys/ed25519.sec.asc"), "", Fixtures.Now);
        var parsed = Fixtures.Parse(key.Signer.Sign(Fixtures.Manifest, reference, Fixtures.Now));
        Assert.Equal(reference, parsed.DockerReference);
    }

    [Fact]
    public async Task Many_threads_sign_with_one_key()
    {
        var key = OpenPgpSecretKey.Import(Fixtures.Read("keys/nistp256.sec.asc"), "", Fixtures.Now);
        var keys = TrustedKeys.Load(Encoding.ASCII.GetBytes(key.PublicKey));
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (i, _) =>
        {
            var blob = key.Signer.Sign(Fixtures.Manifest, $"{Reference}{i}", Fixtures.Now);
            Assert.IsType<Verdict.Accepted>(Verifier.Verify(blob, Fixtures.Manifest, keys, Fixtures.Now));
            return ValueTask.CompletedTask;
        });
    }

    private static async Task RequireAcceptedAsync(GnuPG gpg, OpenPgpSecretKey key)
    {
        var blob = key.Signer.Sign(Fixtures.Manifest, Reference, DateTimeOffset.UtcNow);
        var payload = gpg.Run(blob, "--decrypt");
        Assert.Equal(Fixtures.Parse(blob).Payload.ToArray(), payload);

        var keys = TrustedKeys.Load(Encoding.ASCII.GetBytes(key.PublicKey));
        var accepted = Assert.IsType<Verdict.Accepted>(
            Verifier.Verify(blob, Fixtures.Manifest, keys, DateTimeOffset.UtcNow));
        Assert.Equal((key.Fingerprint, Reference), (accepted.SigningFingerprint, accepted.DockerReference));
        File.WriteAllBytes(Path.Combine(gpg.Home, "signature"), blob);
        Assert.Contains(
            "Signature verified",
            await Command.RunAsync(
                "env", $"GNUPGHOME={gpg.Home}", "skopeo", "standalone-verify",
                Path.Combine(AppContext.BaseDirectory, "fixtures/manifests/oci-amd64.json"), Reference, key.Fingerprint,
                Path.Combine(gpg.Home, "signature")),
            StringComparison.Ordinal);
    }
}
