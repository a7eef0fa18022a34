using System.Diagnostics;

namespace OrleansRegistry.Oci.Tests;

/// <summary>Repository names, tags and references. Source: OCI distribution-spec, "Pulling manifests".</summary>
public sealed class NameTests
{
    private const string Sha256 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("team/app")]
    [InlineData("a/b/c/d/e")]
    [InlineData("a.b_c__d-e---f/0.1")]
    [InlineData("tags/list")]
    [InlineData("blobs/uploads")]
    public void A_repository_name_has_lower_case_components(string text)
    {
        Assert.True(RepositoryName.TryParse(text, out var name));
        Assert.Equal(text, name.ToString());
        Assert.Equal(RepositoryName.Parse(text), name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("A")]
    [InlineData("é")]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a._b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a\\b")]
    [InlineData("a:b")]
    [InlineData("a%2fb")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    public void Anything_else_is_no_repository_name(string? text)
    {
        Assert.False(RepositoryName.TryParse(text, out _));
        if (text is not null)
            Assert.Throws<FormatException>(() => RepositoryName.Parse(text));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_repository_name_has_at_most_255_characters(int length, bool valid) =>
        Assert.Equal(valid, RepositoryName.TryParse(new string('a', length), out _));

    [Theory]
    [InlineData("a", "!")]
    [InlineData("a-", "_")]
    [InlineData("a/", "A")]
    [InlineData("a__", "\n")]
    [InlineData("-", "a")]
    public void A_name_made_to_be_slow_is_judged_in_less_than_5_milliseconds(string repeated, string ending)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, 255))[..(255 - ending.Length)] + ending;
        var fastest = Enumerable.Range(0, 10).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            Assert.False(RepositoryName.TryParse(text, out var _));
            return Stopwatch.GetElapsedTime(started);
        });
        Assert.True(fastest < TimeSpan.FromMilliseconds(5), $"{fastest.TotalMilliseconds} ms");
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("1.0")]
    [InlineData("_hidden")]
    [InlineData("A-b_c.D")]
    [InlineData("sha256-0123456789abcdef.sig")]
    public void A_tag_is_made_of_letters_digits_underscores_dots_and_dashes(string text) =>
        Assert.Equal(text, Tag.Parse(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("a@b")]
    [InlineData("a+b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    public void Anything_else_is_no_tag(string? text)
    {
        Assert.False(Tag.TryParse(text, out _));
        if (text is not null)
            Assert.Throws<FormatException>(() => Tag.Parse(text));
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_tag_has_at_most_128_characters(int length, bool valid) =>
        Assert.Equal(valid, Tag.TryParse(new string('t', length), out _));

    [Fact]
    public void A_reference_is_a_digest_or_a_tag()
    {
        Assert.Equal(Sha256, Reference.To(Digest.Parse(Sha256)).ToString());
        Assert.Equal(Digest.Parse(Sha256), Reference.To(Digest.Parse(Sha256)).Digest);
        Assert.Equal("latest", Reference.To(Tag.Parse("latest")).ToString());
        Assert.Null(Reference.To(Tag.Parse("latest")).Digest);
    }
}
