using System.Text.RegularExpressions;

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
    public void Its_grammar_is_that_of_the_expression() =>
        Assert.All(HostileTexts, text => Assert.Equal(
            Regex.IsMatch(text, @"\A(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\z"), Digest.TryParse(text, out _)));

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

    // Digests, and what is one but for a character: another one, one too many, one too few, anywhere in it.
    private static IEnumerable<string> HostileTexts
    {
        get
        {
            foreach (var digest in new[] { "sha256:" + Hex32 + Hex32, "sha512:" + Hex32 + Hex32 + Hex32 + Hex32 })
            {
                yield return digest;
                foreach (var place in new[] { 0, 3, 5, 6, 7, 40, digest.Length - 1 })
                {
                    yield return digest.Remove(place, 1);
                    foreach (var character in "/0129:;@AFG`afgs\0\n\r .%é٠０ａ\u0130\ud835\uffff")
                    {
                        yield return digest.Insert(place, $"{character}");
                        yield return digest.Remove(place, 1).Insert(place, $"{character}");
                    }
                }

                foreach (var behind in new[] { "\n", "\r\n", "\0", "0", "@", digest })
                    yield return digest + behind;
                yield return digest.ToUpperInvariant();
                yield return digest.Replace("sha", "SHA", StringComparison.Ordinal);
                yield return digest.Replace("sha256", "sha512", StringComparison.Ordinal);
                yield return digest.Replace("sha512", "sha256", StringComparison.Ordinal);
                yield return digest.Replace("s", "\u017f", StringComparison.Ordinal); // an s, where case is ignored
            }
        }
    }
}
