namespace OrleansRegistry.Signatures.Tests;

/// <summary>What a signature claims is readable without any key, as long as it is well-formed.</summary>
public sealed class MetadataTests
{
    private static readonly string[] WellFormedThoughRefused =
    [
        "sigs/bad/key-unknown.sig",
        "sigs/bad/key-revoked.sig",
        "sigs/bad/signature-expired.sig",
        "sigs/bad/other-manifest.sig",
        "sigs/bad/corrupt-mpi.sig",
        // The changed byte still inflates: only the signature tells.
        "sigs/bad/corrupt-deflate.sig",
        "sigs/bad/payload-name-only-reference.sig",
        "sigs/ambiguous/sha1.sig",
    ];

    public static TheoryData<string> All => [.. Fixtures.Expected.Select(expected => expected.File)];

    public static TheoryData<string> WellFormed =>
        [.. Fixtures.Expected.Select(expected => expected.File).Where(file => IsWellFormed(file))];

    [Theory, MemberData(nameof(All))]
    public void What_needs_no_key_to_be_refused_is_refused_at_once_and_the_rest_parses(string file)
    {
        var expected = Fixtures.Find(file);
        var parsed = AtomicSignature.TryParse(Fixtures.Read(file), out _, out var refusal);
        var partsTooShort = file == "sigs/ambiguous/partial-length.sig";
        Assert.Equal((expected.Strict != "reject" && !partsTooShort) || WellFormedThoughRefused.Contains(file), parsed);
        Assert.Equal(parsed, refusal is null);
    }

    [Theory, MemberData(nameof(WellFormed))]
    public void Its_claims_are_those_that_gpg_and_skopeo_read(string file)
    {
        var expected = Fixtures.Find(file);
        var blob = Fixtures.Read(file);
        var signature = Fixtures.Parse(blob);
        Assert.Equal(expected.Version, signature.PacketVersion);
        Assert.Equal(expected.PkAlgo, (int)signature.KeyAlgorithm);
        Assert.Equal(expected.HashAlgo, (int)signature.HashFunction);
        Assert.Equal(expected.KeyId, signature.KeyId);
        Assert.Equal(expected.Fingerprint, signature.Fingerprint);
        Assert.Equal(expected.Created, signature.CreatedAt.ToUnixTimeSeconds());
        // skopeo's dump does not read the form with the signature first.
        Assert.Equal(
            expected.PayloadDigest ?? signature.ManifestDigest.ToString(), signature.ManifestDigest.ToString());
        Assert.Equal(expected.PayloadReference ?? signature.DockerReference, signature.DockerReference);
        Assert.Equal(Oci.Digest.Sha256(blob), signature.ContentDigest);
        Assert.Equal($"{signature.ManifestDigest}@{signature.ContentDigest.Hex[..32]}", signature.Name);
    }

    [Fact]
    public void The_creator_is_what_the_payload_says()
    {
        Assert.Equal("atomic 5.23.1", Fixtures.Parse(Fixtures.Read("sigs/oci-amd64.rsa4096.sig")).Creator);
    }

    [Fact]
    public void A_lifetime_is_read_from_the_packet()
    {
        var signature = Fixtures.Parse(Fixtures.Read("sigs/bad/signature-expired.sig"));
        Assert.Equal(Fixtures.SignedAt.AddDays(30), signature.ExpiresAt);
        Assert.Null(Fixtures.Parse(Fixtures.Read("sigs/oci-amd64.rsa4096.sig")).ExpiresAt);
    }

    [Fact]
    public void A_version_3_signature_names_a_key_id_only()
    {
        var signature = Fixtures.Parse(Fixtures.Read("sigs/ambiguous/v3-rsa2048.sig"));
        Assert.Equal((3, "74D5C2CC11E001FC", null), (signature.PacketVersion, signature.KeyId, signature.Fingerprint));
    }

    private static bool IsWellFormed(string file) => AtomicSignature.TryParse(Fixtures.Read(file), out _, out _);
}
