namespace OrleansRegistry.Oci.Tests;

/// <summary>Source: OCI image-spec, descriptor.md, "Digests".</summary>
public sealed class DigestTests
{
    private const string Hex32 = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("sha256:" + Hex32 + Hex32, "sha256", Hex32 + Hex32)]
    [InlineData("sha512:" + Hex32 + Hex32 + Hex32 + Hex32, "sha512", Hex32 + Hex32 + Hex32 + Hex32)]
    public void A_digest_is_an_algorithm_and_its_lower_case_hex(string text, string algorithm, string hex)
    {
        Assert.True(Digest.TryParse(text, out var digest));
        Assert.Equal((algorithm, hex, text), (digest.Algorithm, digest.Hex, digest.ToString()));
        Assert.Equal(Digest.Parse(text), digest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("sha256:" + Hex32)]
    [InlineData("sha256:" + Hex32 + Hex32 + "0")]
    [InlineData("sha256:" + Hex32 + Hex32 + "\n")]
    [InlineData(" sha256:" + Hex32 + Hex32)]
    [InlineData("sha512:" + Hex32 + Hex32)]
    [InlineData("SHA256:" + Hex32 + Hex32)]
    [InlineData("sha256:0123456789ABCDEF0123456789abcdef" + Hex32)]
    [InlineData("sha384:" + Hex32 + Hex32 + Hex32)]
    [InlineData("md5:" + Hex32)]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/x")]
    [InlineData("sha256:..%2f" + Hex32 + "0123456789abcdef0123456789a")]
    [InlineData("sha256:\0" + Hex32 + "0123456789abcdef0123456789abcde")]
    [InlineData("sha256:٠" + Hex32 + "0123456789abcdef0123456789abcde")]
    public void Anything_else_is_none(string? text)
    {
        Assert.False(Digest.TryParse(text, out var digest));
        Assert.Equal(default, digest);
        if (text is not null)
            Assert.Throws<FormatException>(() => Digest.Parse(text));
    }

    [Fact]
    public void Content_has_the_digest_that_the_standards_say()
    {
        Assert.Equal(
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Digest.Sha256("abc"u8).ToString());
        Assert.Equal(
            "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            Digest.Parse("sha512:" + Hex32 + Hex32 + Hex32 + Hex32).SameAlgorithmOver("abc"u8).ToString());
    }
}
