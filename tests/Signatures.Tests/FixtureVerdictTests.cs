using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Every file of the fixtures: our verdict, and beside it the one of skopeo 1.9.3 and 1.18.</summary>
public sealed class FixtureVerdictTests
{
    private static readonly IdentityRule Expectation =
        new IdentityRule.ExactReference(Reference("registry.example.invalid/team/app:1.0"));

    /// <summary>Where the fixtures leave the verdict to us, and where we differ from skopeo: why.</summary>
    private static readonly Dictionary<string, (string Ours, string Reason)> OnPurpose = new()
    {
        ["sigs/ambiguous/armored.asc"] = ("reject", "armor is not binary OpenPGP, and lookaside clients abort on it"),
        ["sigs/bad/cleartext.asc"] = ("reject", "the format forbids cleartext; skopeo's gpgme unwraps it unasked"),
        ["sigs/ambiguous/double-compressed.sig"] = ("reject", "each layer of compression multiplies what a blob can cost"),
        ["sigs/ambiguous/docker2-amd64.subkey.sig"] = ("accept", "a bound subkey signs for its primary; newer clients agree"),
        ["sigs/ambiguous/oci-amd64.subkey.sig"] = ("accept", "a bound subkey signs for its primary; newer clients agree"),
        ["sigs/ambiguous/partial-length.sig"] = ("reject", "RFC 9580, 4.2.1.4: the first part has at least 512 bytes"),
        ["sigs/ambiguous/payload-creator-null.sig"] = ("reject", "null is no text; accepting it is a quirk of Go"),
        ["sigs/ambiguous/payload-timestamp-null.sig"] = ("reject", "null is no number; accepting it is a quirk of Go"),
        ["sigs/ambiguous/payload-invalid-utf8-optional.sig"] = ("reject", "JSON is UTF-8; Go replaces what is not"),
        ["sigs/ambiguous/payload-timestamp-negative.sig"] = ("accept", "an integer, and nothing rests on it"),
        ["sigs/ambiguous/sha1.sig"] = ("reject", "SHA-1 is broken"),
        ["sigs/ambiguous/sig-then-literal.sig"] = ("accept", "the older of the two forms of RFC 9580, 10.3"),
        ["sigs/ambiguous/v3-rsa2048.sig"] = ("accept", "version 3 signatures are old, not weak"),
    };

    public static TheoryData<string> Judged =>
        [.. Fixtures.Expected
            .Where(expected => expected.Strict != "see policy-vectors")
            .Select(expected => expected.File)];

    public static TheoryData<string> All => [.. Fixtures.Expected.Select(expected => expected.File)];

    [Theory, MemberData(nameof(Judged))]
    public void The_verdict_is_the_strict_one(string file)
    {
        var expected = Fixtures.Find(file);
        var strict = expected.Strict == "either" ? OnPurpose[file].Ours : expected.Strict;
        Assert.Equal(strict, Judge(expected));
    }

    [Theory, MemberData(nameof(Judged))]
    public void It_differs_from_skopeo_only_on_purpose(string file)
    {
        var expected = Fixtures.Find(file);
        Assert.Equal(expected.Skopeo_1_9_3, expected.Skopeo_1_18);
        var ours = Judge(expected);
        if (ours == expected.Skopeo_1_18)
            return;
        Assert.True(
            OnPurpose.TryGetValue(file, out var difference), $"{file}: {ours}, but skopeo says {expected.Skopeo_1_18}");
        Assert.Equal(difference.Ours, ours);
        Assert.NotEmpty(difference.Reason);
    }

    [Theory]
    [InlineData("key-unknown.sig", RefusalReason.KeyUnknown)]
    [InlineData("key-revoked.sig", RefusalReason.KeyRevoked)]
    [InlineData("signature-expired.sig", RefusalReason.SignatureExpired)]
    [InlineData("other-manifest.sig", RefusalReason.OtherManifest)]
    [InlineData("corrupt-mpi.sig", RefusalReason.SignatureWrong)]
    [InlineData("corrupt-deflate.sig", RefusalReason.SignatureWrong)]
    [InlineData("truncated.sig", RefusalReason.Malformed)]
    [InlineData("concatenated.sig", RefusalReason.Malformed)]
    [InlineData("detached.sig", RefusalReason.Malformed)]
    [InlineData("encrypted-only.sig", RefusalReason.Malformed)]
    [InlineData("payload-missing-type.sig", RefusalReason.PayloadInvalid)]
    [InlineData("../ambiguous/sha1.sig", RefusalReason.WeakHash)]
    public void A_refusal_says_why(string file, RefusalReason reason)
    {
        var verdict = Verifier.Verify(
            Fixtures.Read($"sigs/bad/{file}"), Fixtures.Manifest, Fixtures.TrustedRing, Fixtures.Now);
        var refused = Assert.IsType<Verdict.Refused>(verdict);
        Assert.Equal(reason, refused.Reason);
        Assert.EndsWith(".", refused.Why, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Judged))]
    public void A_parsed_signature_gets_the_verdict_of_its_bytes(string file)
    {
        var expected = Fixtures.Find(file);
        var digest = Fixtures.DigestOf(expected.Manifest);
        if (AtomicSignature.TryParse(Fixtures.Read(file), out var signature, out _))
            Assert.Equal(
                Verifier.Verify(Fixtures.Read(file), digest, Fixtures.TrustedRing, Fixtures.Now),
                Verifier.Verify(signature, digest, Fixtures.TrustedRing, Fixtures.Now));
        else
            Assert.IsType<Verdict.Refused>(
                Verifier.Verify(Fixtures.Read(file), digest, Fixtures.TrustedRing, Fixtures.Now));
    }

    [Fact]
    public void A_signature_of_another_manifest_is_good_for_that_one()
    {
        var blob = Fixtures.Read("sigs/bad/other-manifest.sig");
        var other = Fixtures.DigestOf("manifests/oci-arm64.json");
        Assert.IsType<Verdict.Accepted>(Verifier.Verify(blob, other, Fixtures.TrustedRing, Fixtures.Now));
    }

    [Theory, MemberData(nameof(All))]
    public void The_first_byte_tells_lookaside_clients_that_it_is_a_signature(string file)
    {
        var blob = Fixtures.Read(file);
        Assert.Equal(Fixtures.Find(file).LookasideFirstByteOk, LookasideBlob.IsRecognised(blob));
        Assert.True(LookasideBlob.IsRecognised(blob) || !AtomicSignature.TryParse(blob, out _, out _));
    }

    private static string Judge(ExpectedSignature expected)
    {
        var digest = Fixtures.DigestOf(expected.Manifest);
        var verdict = Verifier.Verify(Fixtures.Read(expected.File), digest, Fixtures.TrustedRing, Fixtures.Now);
        return verdict is Verdict.Accepted accepted && Expectation.Accepts(null, accepted.DockerReference)
            ? "accept"
            : "reject";
    }

    private static ImageReference Reference(string text) =>
        ImageReference.TryParse(text, out var reference) ? reference : throw new FormatException(text);
}
