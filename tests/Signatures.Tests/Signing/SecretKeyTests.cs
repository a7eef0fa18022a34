using System.Text;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures.Tests.Signing;

/// <summary>Which secret keys may sign, and what is said of the others.</summary>
public sealed class SecretKeyTests
{
    [Theory]
    [InlineData("wrong", "The passphrase of the secret key is wrong, or the key is protected in a way that is not supported.")]
    [InlineData("", "The secret key is protected by a passphrase, and none was given.")]
    public void The_passphrase_must_be_right(string passphrase, string refusal)
    {
        using var gpg = GnuPG.Start();
        gpg.Run([], "--passphrase", "right", "--quick-gen-key", "Test <test@example.invalid>", "ed25519", "sign", "never");
        var secret = gpg.Run([], "--passphrase", "right", "--export-secret-keys");
        Refused(secret, passphrase, refusal);
    }

    [Fact]
    public void An_expired_key_is_refused() =>
        Refused(Fixtures.Read("keys/expired.sec.asc"), "", "expired at");

    [Fact]
    public void A_revoked_key_is_refused()
    {
        using var gpg = GnuPG.Start();
        gpg.Run([], "--quick-gen-key", "Test <test@example.invalid>", "ed25519", "sign", "never");
        var fingerprint = TrustedKeys.Load(gpg.Run([], "--export")).Certificates[0].Fingerprint;
        var key = OpenPgpSecretKey.Import(gpg.Run([], "--export-secret-keys"), "", DateTimeOffset.UtcNow);
        Assert.Null(OpenPgpSecretKey.WhyUnusable(
            Encoding.ASCII.GetBytes(key.PublicKey), key.Fingerprint, DateTimeOffset.UtcNow));

        var revocation = File.ReadAllText(Path.Combine(gpg.Home, "openpgp-revocs.d", $"{fingerprint}.rev"));
        gpg.Run(Encoding.ASCII.GetBytes(revocation.Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal)), "--import");
        Refused(gpg.Run([], "--export-secret-keys"), "", "is revoked");
        Assert.Contains("is revoked", OpenPgpSecretKey.WhyUnusable(
            gpg.Run([], "--export"), key.Fingerprint, DateTimeOffset.UtcNow), StringComparison.Ordinal);
    }

    [Fact]
    public void A_subkey_signs_where_the_primary_key_only_certifies()
    {
        var key = OpenPgpSecretKey.Import(Fixtures.Read("keys/subkey.sec.asc"), "", Fixtures.Now);
        var certificate = TrustedKeys.Load(Fixtures.Read("keys/subkey.pub.asc")).Certificates[0];
        Assert.Contains(key.Fingerprint, certificate.SubkeyFingerprints);
        var blob = key.Signer.Sign(Fixtures.Manifest, "registry.example.invalid/a:1", Fixtures.Now);
        var accepted = Assert.IsType<Verdict.Accepted>(Verifier.Verify(
            blob, Fixtures.Manifest, TrustedKeys.Load(Encoding.ASCII.GetBytes(key.PublicKey)), Fixtures.Now));
        Assert.Equal(certificate.Fingerprint, accepted.PrimaryFingerprint);
    }

    [Theory]
    [InlineData("keys/rsa2048.pub.asc", "no OpenPGP secret key")]
    [InlineData("keys/v6-ed25519.pub.gpg", "no OpenPGP secret key")]
    [InlineData("manifests/oci-amd64.json", "no complete OpenPGP key")]
    public void Other_files_are_refused(string file, string refusal) => Refused(Fixtures.Read(file), "", refusal);

    [Fact]
    public void Two_keys_in_one_file_are_refused() => Refused(
        [
            .. Keys.Armor.Remove(Fixtures.Read("keys/rsa2048.sec.asc")),
            .. Keys.Armor.Remove(Fixtures.Read("keys/ed25519.sec.asc")),
        ],
        "",
        "several keys");

    [Fact]
    public void No_damaged_key_does_more_than_be_refused()
    {
        var file = Keys.Armor.Remove(Fixtures.Read("keys/ed25519.sec.asc"));
        for (var i = 0; i < file.Length; i++)
            foreach (var damaged in (byte[][])[file[..i], [.. file[..i], (byte)~file[i], .. file[(i + 1)..]]])
                try
                {
                    OpenPgpSecretKey.Import(damaged, "", Fixtures.Now);
                }
                catch (SecretKeyException)
                {
                    // As it should be.
                }
    }

    [Fact]
    public void The_public_certificate_holds_nothing_secret()
    {
        var secret = OpenPgpKeyGenerator.Generate(OpenPgpKeyKind.Ed25519, "Test", Fixtures.Now);
        var key = OpenPgpSecretKey.Import(secret, "", Fixtures.Now);
        var packets = Keys.Armor.Remove(Encoding.ASCII.GetBytes(key.PublicKey));
        var reader = new OpenPgp.PacketReader(packets);
        while (reader.TryRead(out var packet))
            Assert.True(packet.Tag is OpenPgp.PacketTag.PublicKey or OpenPgp.PacketTag.UserId or OpenPgp.PacketTag.Signature);
    }

    private static void Refused(byte[] file, string passphrase, string refusal)
    {
        var refused = Assert.Throws<SecretKeyException>(() =>
            OpenPgpSecretKey.Import(file, passphrase, DateTimeOffset.UtcNow));
        Assert.Contains(refusal, refused.Message, StringComparison.Ordinal);
    }
}
