namespace OrleansRegistry.Signatures.Tests;

/// <summary>When a certificate's key counts: its own signatures are verified, never just read.</summary>
public sealed class TrustedKeysTests
{
    private static readonly byte[] MaySign = Packets.Subpacket(27, [2]);
    private static readonly byte[] MayCertify = Packets.Subpacket(27, [1]);
    private static readonly byte[] MayEncrypt = Packets.Subpacket(27, [0x0C]);
    private static readonly TestKey Primary = new(1);
    private static readonly TestKey Subkey = new(2);
    private static readonly TestKey Stranger = new(3);

    [Fact]
    public void A_primary_key_that_may_sign_is_accepted() =>
        Accepted(Primary, Primary.Certificate(MaySign));

    [Fact]
    public void A_primary_key_without_flags_may_sign() =>
        Accepted(Primary, Primary.Certificate());

    [Fact]
    public void A_primary_key_that_only_certifies_may_not_sign() =>
        Refused(RefusalReason.KeyNotForSigning, Primary, Primary.Certificate(MayCertify));

    [Fact]
    public void A_key_without_a_user_id_or_signature_of_its_own_is_not_valid() =>
        Refused(RefusalReason.KeyInvalid, Primary, Packets.New(6, Primary.Body));

    [Fact]
    public void A_user_id_certified_by_another_key_makes_no_key_valid()
    {
        byte[] data = [.. Primary.Hashed, 0xB4, 0, 0, 0, 1, (byte)'x'];
        byte[] forged = Packets.New(2, Stranger.SignatureBody(0x13, data, named: Primary));
        Refused(RefusalReason.KeyInvalid,
            Primary, [.. Packets.New(6, Primary.Body), .. Packets.New(13, "x"u8.ToArray()), .. forged]);
    }

    [Fact]
    public void A_direct_key_signature_makes_a_key_valid() =>
        Accepted(Primary, [.. Packets.New(6, Primary.Body), .. Primary.Signature(0x1F, Primary.Hashed, MaySign)]);

    [Fact]
    public void A_self_signature_by_sha1_gives_no_trust() =>
        Refused(RefusalReason.KeyInvalid, Primary,
            [.. Packets.New(6, Primary.Body), .. Packets.New(2, Primary.SignatureBody(0x1F, Primary.Hashed, hash: 2))]);

    [Fact]
    public void A_revocation_by_sha1_takes_trust_away() =>
        Refused(RefusalReason.KeyRevoked, Primary,
            [.. Packets.New(6, Primary.Body), .. Primary.Revocation(hash: 2), .. Primary.Signature(0x1F, Primary.Hashed)]);

    [Fact]
    public void A_revocation_signed_by_another_key_is_no_revocation()
    {
        var forged = Packets.New(2, Stranger.SignatureBody(0x20, Primary.Hashed, named: Primary));
        Accepted(Primary, [.. Packets.New(6, Primary.Body), .. forged, .. Primary.Signature(0x1F, Primary.Hashed)]);
    }

    [Fact]
    public void A_revocation_in_one_copy_of_a_certificate_holds_for_all_copies()
    {
        var fresh = Primary.Certificate(MaySign);
        byte[] revoked = [.. Packets.New(6, Primary.Body), .. Primary.Revocation()];
        Refused(RefusalReason.KeyRevoked, Primary, [.. revoked, .. fresh]);
        Refused(RefusalReason.KeyRevoked, Primary, [.. fresh, .. revoked]);
        Assert.Single(TrustedKeys.Load(fresh, revoked).Certificates);
    }

    [Fact]
    public void A_key_whose_only_user_id_is_revoked_is_not_valid()
    {
        var userId = "Test <test@example.invalid>"u8.ToArray();
        byte[] data = [.. Primary.Hashed, 0xB4, 0, 0, 0, (byte)userId.Length, .. userId];
        Refused(RefusalReason.KeyInvalid, Primary, [.. Primary.Certificate(MaySign), .. Primary.Signature(0x30, data)]);
    }

    [Theory]
    [InlineData(600 * 86400u, false)]
    [InlineData(10 * 86400u, true)]
    [InlineData(0u, false)]
    public void A_key_expires_with_its_lifetime(uint seconds, bool isExpired)
    {
        var certificate = Primary.Certificate(MaySign, Packets.Subpacket(9, Packets.UInt32(seconds)));
        if (isExpired)
            Refused(RefusalReason.KeyExpired, Primary, certificate);
        else
            Accepted(Primary, certificate);
    }

    [Fact]
    public void The_newest_self_signature_decides_how_long_a_key_lives()
    {
        var later = Packets.Subpacket(2, Packets.UInt32(TestKey.CreatedAt + 100));
        var old = Primary.Certificate(MaySign, Packets.Subpacket(9, Packets.UInt32(1000)));
        Refused(RefusalReason.KeyExpired, Primary, old);
        Accepted(Primary, [.. old, .. Primary.Certificate(later, MaySign, Packets.Subpacket(9, Packets.UInt32(0)))]);
    }

    [Fact]
    public void An_expired_key_of_gpg_is_refused_and_was_good_before()
    {
        var keys = TrustedKeys.Load(Fixtures.Read("keys/expired.pub.gpg"));
        Assert.Equal("AEBD8E5619FB4ADEFCDC36849891BF4C83EBFFF0", Assert.Single(keys.Certificates).Fingerprint);
        var key = Signatures.Keys.SigningKey.Of(Parts("keys/expired.pub.gpg")).First();
        Assert.Null(key.Object(new(2024, 12, 30, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(RefusalReason.KeyExpired, key.Object(Fixtures.Now)?.Reason);
    }

    [Fact]
    public void A_subkey_with_its_own_consent_signs_for_its_primary_key()
    {
        var verdict = Accepted(Subkey, [.. Primary.Certificate(MayCertify), .. Primary.Subkey(Subkey, Subkey, MaySign)]);
        Assert.Equal(
            (Primary.Fingerprint, Subkey.Fingerprint), (verdict.PrimaryFingerprint, verdict.SigningFingerprint));
    }

    [Fact]
    public void A_subkey_without_consent_is_refused() =>
        Refused(RefusalReason.KeyInvalid,
            Subkey, [.. Primary.Certificate(MayCertify), .. Primary.Subkey(Subkey, null, MaySign)]);

    [Fact]
    public void A_subkey_whose_consent_another_key_forged_is_refused() =>
        Refused(RefusalReason.KeyInvalid,
            Subkey, [.. Primary.Certificate(MayCertify), .. Primary.Subkey(Subkey, Stranger, MaySign)]);

    [Fact]
    public void A_subkey_bound_by_another_key_is_refused()
    {
        byte[] data = [.. Primary.Hashed, .. Subkey.Hashed];
        var consent = Packets.Subpacket(32, Subkey.SignatureBody(0x19, data));
        var binding = Packets.New(2, Stranger.SignatureBody(0x18, data, [MaySign, consent], named: Primary));
        Refused(RefusalReason.KeyInvalid,
            Subkey, [.. Primary.Certificate(), .. Packets.New(14, Subkey.Body), .. binding]);
    }

    [Fact]
    public void A_subkey_that_only_encrypts_may_not_sign() =>
        Refused(RefusalReason.KeyNotForSigning,
            Subkey, [.. Primary.Certificate(), .. Primary.Subkey(Subkey, Subkey, MayEncrypt)]);

    [Fact]
    public void A_revoked_subkey_is_refused_and_its_primary_key_is_not()
    {
        byte[] certificate =
            [.. Primary.Certificate(MaySign), .. Primary.Subkey(Subkey, Subkey, MaySign), .. Primary.RevocationOf(Subkey)];
        Refused(RefusalReason.KeyRevoked, Subkey, certificate);
        Accepted(Primary, certificate);
    }

    [Fact]
    public void A_subkey_falls_with_its_primary_key()
    {
        byte[] subkey = Primary.Subkey(Subkey, Subkey, MaySign);
        Refused(RefusalReason.KeyRevoked, Subkey,
            [.. Packets.New(6, Primary.Body), .. Primary.Revocation(), .. Primary.Signature(0x1F, Primary.Hashed), .. subkey]);
        Refused(RefusalReason.KeyExpired, Subkey,
            [.. Primary.Certificate(MaySign, Packets.Subpacket(9, Packets.UInt32(1000))), .. subkey]);
    }

    [Fact]
    public void A_subkey_expires_with_its_own_lifetime() =>
        Refused(RefusalReason.KeyExpired, Subkey,
            [.. Primary.Certificate(), .. Primary.Subkey(Subkey, Subkey, MaySign, Packets.Subpacket(9, Packets.UInt32(1000)))]);

    [Fact]
    public void A_certificate_can_not_hide_the_key_of_another_by_claiming_it()
    {
        byte[] claim = [.. Stranger.Certificate(), .. Stranger.Subkey(Primary, null, MaySign)];
        var verdict = Accepted(Primary, [.. claim, .. Primary.Certificate(MaySign)]);
        Assert.Equal(Primary.Fingerprint, verdict.PrimaryFingerprint);
    }

    [Fact]
    public void A_revoked_key_is_not_rescued_by_a_certificate_that_binds_it() =>
        Refused(RefusalReason.KeyRevoked, Primary,
            [.. Stranger.Certificate(), .. Stranger.Subkey(Primary, Primary, MaySign), .. Packets.New(6, Primary.Body), .. Primary.Revocation()]);

    [Theory]
    [InlineData("keys/rsa4096.pub.asc")]
    [InlineData("keys/rsa4096.pub.gpg")]
    [InlineData("keys/rsa4096.sec.asc")]
    public void Keys_load_from_binary_armored_and_secret_exports(string file)
    {
        var keys = TrustedKeys.Load(Fixtures.Read(file));
        Assert.Empty(keys.Skipped);
        Assert.Equal("E5C4A28D42AAF82530BB649A092792C76FA9AAC6", Assert.Single(keys.Certificates).Fingerprint);
        Assert.IsType<Verdict.Accepted>(
            Verifier.Verify(Fixtures.Read("sigs/oci-amd64.rsa4096.sig"), Fixtures.Manifest, keys, Fixtures.Now));
    }

    [Fact]
    public void The_secret_export_of_a_certificate_with_a_subkey_loads_with_it()
    {
        var certificate = Assert.Single(TrustedKeys.Load(Fixtures.Read("keys/subkey.sec.asc")).Certificates);
        Assert.Equal(["2EF01E457BBC0CAA8BDB94CD7936106D8ECABAF0"], certificate.SubkeyFingerprints);
        Assert.Equal(["Test Subkey <subkey@example.invalid>"], certificate.UserIds);
    }

    [Fact]
    public void Armored_blocks_one_after_the_other_all_load()
    {
        byte[] file = [.. Fixtures.Read("keys/ed25519.pub.asc"), .. Fixtures.Read("keys/nistp256.pub.asc")];
        Assert.Equal(2, TrustedKeys.Load(file).Certificates.Count);
    }

    [Fact]
    public void A_version_6_certificate_loads_beside_the_others()
    {
        byte[] ring = [.. Fixtures.Read("keys/v6-ed25519.pub.gpg"), .. Fixtures.Read("keys/trusted-ring.pub.gpg")];
        var keys = TrustedKeys.Load(ring);
        Assert.Equal(8, keys.Certificates.Count);
        Assert.Equal(
            "79DF7047DB1EB9760ECA7DACC5CF33C6D6A7C2D74872B672C2E1385825DD5D5E", keys.Certificates[0].Fingerprint);
        Assert.Null(Signatures.Keys.SigningKey.Of(Parts("keys/v6-ed25519.pub.gpg")).First().Object(Fixtures.Now));
    }

    [Fact]
    public void A_key_that_can_not_be_read_is_named_and_the_others_load()
    {
        byte[] unknown = Packets.New(6, [9, 0, 0, 0, 0, 1]);
        var keys = TrustedKeys.Load(unknown.Concat(Primary.Certificate()).ToArray(), "no key"u8.ToArray());
        Assert.Equal(Primary.Fingerprint, Assert.Single(keys.Certificates).Fingerprint);
        Assert.Equal(
            ["The key has version 9; versions 4 and 6 are known.", "The file holds no complete OpenPGP key, binary or armored."],
            keys.Skipped);
    }

    private static Signatures.Keys.CertificateParts Parts(string file)
    {
        var reader = new Signatures.Keys.CertificateReader();
        reader.Read(Fixtures.Read(file));
        return reader.Certificates.Single();
    }

    private static Verdict.Accepted Accepted(TestKey signer, byte[] certificates) =>
        Assert.IsType<Verdict.Accepted>(Verify(signer, certificates));

    private static void Refused(RefusalReason reason, TestKey signer, byte[] certificates) =>
        Assert.Equal(reason, Assert.IsType<Verdict.Refused>(Verify(signer, certificates)).Reason);

    private static Verdict Verify(TestKey signer, byte[] certificates)
    {
        var keys = TrustedKeys.Load(certificates);
        Assert.Empty(keys.Skipped);
        return Verifier.Verify(signer.Message(Packets.Payload()), Fixtures.Manifest, keys, Fixtures.Now);
    }
}
