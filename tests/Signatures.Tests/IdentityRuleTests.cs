using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Which signed reference counts for which pulled one. Source: containers-policy.json(5), signedIdentity.</summary>
public sealed class IdentityRuleTests
{
    private const string Hash = "e5c8f4dfed8adcf280c2cf8f06b2ea634d3bca38358e3048552ab6024fa62908";
    private const string Other = "0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox")]
    [InlineData("busybox:latest", "docker.io/library/busybox:latest")]
    [InlineData("library/busybox:1", "docker.io/library/busybox:1")]
    [InlineData("index.docker.io/busybox", "docker.io/library/busybox")]
    [InlineData("localhost/app", "localhost/app")]
    [InlineData("host:5000/a/b:1", "host:5000/a/b:1")]
    [InlineData("HOST.example/a", "HOST.example/a")]
    [InlineData("team/app", "docker.io/team/app")]
    [InlineData("r.example/a/b__c/d-----e.f_g:T.1@sha256:" + Hash, "r.example/a/b__c/d-----e.f_g:T.1@sha256:" + Hash)]
    public void A_reference_is_normalised(string text, string normal)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal(normal, reference.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not a reference!!")]
    [InlineData(Hash)]
    [InlineData("r.example/")]
    [InlineData("r.example/Team/app")]
    [InlineData("r.example/a___b")]
    [InlineData("r.example/a..b")]
    [InlineData("r.example/a/")]
    [InlineData("r.example/-a")]
    [InlineData("-r.example/a")]
    [InlineData("r.example:port/a")]
    [InlineData("r.example/a:")]
    [InlineData("r.example/a:.tag")]
    [InlineData("r.example/a@sha256:ABC")]
    [InlineData("r.example/a@" + Hash)]
    [InlineData("r.example/a@sha512:" + Hash)]
    [InlineData("r.example/a:1\n")]
    [InlineData("Busybox")]
    public void Anything_else_is_no_reference(string? text) => Assert.False(ImageReference.TryParse(text, out _));

    [Fact]
    public void A_long_hostile_text_is_refused_at_once()
    {
        Assert.False(ImageReference.TryParse("r.example/" + new string('a', 246), out _));
        Assert.True(ImageReference.TryParse("r.example/" + new string('a', 245), out _));
        Assert.False(ImageReference.TryParse(string.Concat(Enumerable.Repeat("a-", 500)) + "!", out _));
    }

    [Theory]
    [InlineData("r.example/a:1", "r.example/a:1", true)]
    [InlineData("r.example/a:1", "r.example/a:2", false)]
    [InlineData("r.example/a:1", "r.example/a", false)]
    [InlineData("r.example/a:1", "R.example/a:1", false)]
    [InlineData("r.example/a@sha256:" + Hash, "r.example/a:2", true)]
    [InlineData("r.example/a@sha256:" + Hash, "r.example/a@sha256:" + Other, true)]
    [InlineData("r.example/a@sha256:" + Hash, "r.example/a", false)]
    [InlineData("r.example/a@sha256:" + Hash, "r.example/b:2", false)]
    [InlineData("busybox:latest", "docker.io/library/busybox:latest", true)]
    public void By_default_a_tag_matches_itself_and_a_digest_its_repository(string pulled, string signedReference, bool accepted) =>
        Assert.Equal(accepted, IdentityRule.Default.Accepts(Reference(pulled), signedReference));

    [Fact]
    public void What_was_pulled_without_a_tag_is_the_latest()
    {
        Assert.False(IdentityRule.Default.Accepts(Reference("busybox"), "busybox:latest"));
        Assert.True(IdentityRule.Default.Accepts(Reference("busybox").WithDefaultTag(), "busybox:latest"));
    }

    [Fact]
    public void A_fixed_reference_or_repository_needs_no_pulled_one()
    {
        Assert.True(new IdentityRule.ExactReference(Reference("r.example/a:1")).Accepts(null, "r.example/a:1"));
        Assert.False(new IdentityRule.ExactReference(Reference("r.example/a")).Accepts(null, "r.example/a"));
        Assert.True(new IdentityRule.ExactRepository(Reference("r.example/a:9")).Accepts(null, "r.example/a"));
        Assert.False(IdentityRule.Default.Accepts(null, "r.example/a:1"));
    }

    [Theory]
    [InlineData("mirror.example/v/app:1", "vendor.example/app:1", true)]
    [InlineData("mirror.example/vv/app:1", "vendor.example/pp:1", false)]
    [InlineData("mirror.example/v/app:1", "mirror.example/v/app:1", false)]
    [InlineData("else.example/app:1", "else.example/app:1", true)]
    public void A_remapped_prefix_is_replaced_at_component_borders(string pulled, string signedReference, bool accepted) =>
        Assert.Equal(
            accepted,
            new IdentityRule.RemapIdentity("mirror.example/v", "vendor.example").Accepts(Reference(pulled), signedReference));

    private static ImageReference Reference(string text) =>
        ImageReference.TryParse(text, out var reference) ? reference : throw new FormatException(text);
}
