using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Catalog.Tests;

public class TagPatternsTests
{
    [Theory]
    [InlineData("1.0", "1.0", true)]
    [InlineData("1.0", "1.00", false)]
    [InlineData("1.0", "1x0", false)]
    [InlineData("1.*", "1.0-rc", true)]
    [InlineData("1.*", "2.1.0", false)]
    [InlineData("*", "anything", true)]
    [InlineData("v?", "v1", true)]
    [InlineData("v?", "v12", false)]
    [InlineData("V1", "v1", false)]
    [InlineData("V*", "v1", false)]
    public void A_pattern_means_a_tag(string pattern, string tag, bool expected) =>
        Assert.Equal(expected, new TagPatterns([pattern]).Match(Tag.Parse(tag)));

    [Fact]
    public void Names_and_wildcards_that_mean_no_tag_are_found() =>
        Assert.Equal(
            ["b", "x*"],
            new TagPatterns(["a", "b", "a*", "x*", "a"]).Without(new HashSet<Tag> { Tag.Parse("a") }).Order());

    [Fact]
    public void Whole_names_are_no_wildcards()
    {
        Assert.False(new TagPatterns(Enumerable.Range(0, 5000).Select(i => $"t{i}")).HasTooManyWildcards);
        Assert.True(new TagPatterns(Enumerable.Range(0, 101).Select(i => $"t{i}*")).HasTooManyWildcards);
    }
}
