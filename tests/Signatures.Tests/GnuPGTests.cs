using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Signatures made by the gpg of this machine, and ours read by it.</summary>
public sealed class GnuPGTests
{
    [Theory]
    [InlineData("rsa3072")]
    [InlineData("ed25519")]
    [InlineData("nistp384")]
    [InlineData("nistp521")]
    public void What_gpg_signs_is_accepted(string algorithm)
    {
        using var gpg = GnuPG.Start();
        gpg.Run([], "--quick-gen-key", "Test <test@example.invalid>", algorithm, "sign", "never");
        var keys = TrustedKeys.Load(gpg.Run([], "--export"), gpg.Run([], "--export", "--armor"));
        var certificate = Assert.Single(keys.Certificates);

        foreach (var compression in (string[])["0", "6"])
        {
            var blob = gpg.Run(Packets.Payload(), "-z", compression, "--sign");
            var accepted = Assert.IsType<Verdict.Accepted>(Verify(blob, keys, DateTimeOffset.UtcNow));
            Assert.Equal(certificate.Fingerprint, accepted.SigningFingerprint);
            Assert.Equal(certificate.Fingerprint, Fixtures.Parse(blob).Fingerprint);
        }
    }

    [Theory]
    [InlineData("ZIP", 1)]
    [InlineData("ZLIB", 2)]
    [InlineData("BZIP2", 3)]
    [InlineData("Uncompressed", null)]
    public void Whatever_gpg_compresses_with_is_accepted(string preference, int? algorithm)
    {
        using var gpg = GnuPG.Start();
        gpg.Run([], "--quick-gen-key", "Test <test@example.invalid>", "rsa3072", "sign", "never");
        var keys = TrustedKeys.Load(gpg.Run([], "--export"));

        var blob = gpg.Run(Packets.Payload(), "--personal-compress-preferences", preference, "--sign");
        var reader = new PacketReader(blob);
        Assert.True(reader.TryRead(out var first));
        Assert.Equal(algorithm, first.Tag == PacketTag.CompressedData ? first.Body[0] : null);
        Assert.IsType<Verdict.Accepted>(Verify(blob, keys, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void A_subkey_of_gpg_is_accepted_until_it_is_revoked()
    {
        using var gpg = GnuPG.Start();
        gpg.Run([], "--quick-gen-key", "Test <test@example.invalid>", "ed25519", "cert", "never");
        var fingerprint = TrustedKeys.Load(gpg.Run([], "--export")).Certificates[0].Fingerprint;
        gpg.Run([], "--quick-add-key", fingerprint, "rsa2048", "sign", "never");
        var blob = gpg.Run(Packets.Payload(), "--sign");
        var accepted = Assert.IsType<Verdict.Accepted>(
            Verify(blob, TrustedKeys.Load(gpg.Run([], "--export")), DateTimeOffset.UtcNow));
        Assert.Equal(fingerprint, accepted.PrimaryFingerprint);
        Assert.NotEqual(fingerprint, accepted.SigningFingerprint);

        gpg.Run("key 1\nrevkey\ny\n0\n\ny\nsave\n"u8.ToArray(), "--command-fd", "0", "--edit-key", fingerprint);
        var refused = Assert.IsType<Verdict.Refused>(
            Verify(blob, TrustedKeys.Load(gpg.Run([], "--export")), DateTimeOffset.UtcNow));
        Assert.Equal(RefusalReason.KeyRevoked, refused.Reason);
    }

    [Fact]
    public void A_good_signature_by_a_key_that_expired_since_is_refused()
    {
        using var gpg = GnuPG.Start();
        gpg.Run(Fixtures.Read("keys/expired.sec.asc"), "--import");
        var blob = gpg.Run(Packets.Payload(), "--faked-system-time", "20240301T120000!", "--sign");
        var keys = TrustedKeys.Load(Fixtures.Read("keys/expired.pub.gpg"));
        Assert.IsType<Verdict.Accepted>(Verify(blob, keys, Fixtures.SignedAt.AddDays(1)));
        Assert.Equal(RefusalReason.KeyExpired, Assert.IsType<Verdict.Refused>(Verify(blob, keys, Fixtures.Now)).Reason);
    }

    [Fact]
    public void Our_test_keys_are_real_to_gpg()
    {
        using var gpg = GnuPG.Start();
        var key = new TestKey(1);
        gpg.Run(key.Certificate(), "--import");
        var payload = gpg.Run(key.Message(Packets.Payload()), "--decrypt");
        Assert.Equal(Packets.Payload(), payload);
    }

    private static Verdict Verify(byte[] blob, TrustedKeys keys, DateTimeOffset now) =>
        Verifier.Verify(blob, Fixtures.Manifest, keys, now);
}
