using OrleansRegistry.Access;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>Who may have a service sign what.</summary>
public sealed class SigningRightsTests
{
    private const string Host = "registry.example.com";

    [Theory]
    [InlineData("", "reader writer", false)] // nobody named
    [InlineData("", "admin", true)]
    [InlineData("users: ann", "none reader writer", true)]
    [InlineData("users: bob", "writer", false)]
    [InlineData("roles: writer", "writer admin", true)]
    [InlineData("roles: writer", "none reader", false)]
    [InlineData("roles: reader", "reader writer", true)]
    [InlineData("namespaces: team", "writer", true)]
    [InlineData("namespaces: team", "none reader", false)]
    [InlineData("namespaces: tea", "writer", false)]
    [InlineData("namespaces: ann", "writer", false)] // another namespace than that of the image
    public void A_service_admits_whom_it_names(string named, string roles, bool isAdmitted)
    {
        var rights = Read(named);
        foreach (var role in roles.Split(' '))
            Assert.Equal(isAdmitted, rights.Admit(new(Guid.NewGuid(), "ann", Roles.Parse(role)), Image("team/app:1"), Host));
    }

    [Fact]
    public void The_owner_of_a_namespace_may_sign_there_and_nowhere_else()
    {
        var (rights, ann) = (Read("namespaces: ann"), new Caller(Guid.NewGuid(), "ann", Role.None));
        Assert.True(rights.Admit(ann, Image("ann/app:1"), Host));
        Assert.True(rights.Admit(ann, Image("ann:1"), Host));
        Assert.False(rights.Admit(ann, Image("annex/app:1"), Host));
        Assert.False(rights.Admit(ann, Image("ann/app:1"), "other.example.com"));
        Assert.False(rights.Admit(Caller.Anonymous, Image("ann/app:1"), Host));
    }

    [Theory]
    [InlineData("registry.example.com", true)]
    [InlineData("registry.example.com/team", true)]
    [InlineData("registry.example.com/team/app", true)]
    [InlineData("registry.example.com/tea", false)]
    [InlineData("registry.example.com/team/app/below", false)]
    [InlineData("registry.example", false)]
    public void A_prefix_is_compared_by_whole_components(string prefix, bool isBelow) =>
        Assert.Equal(isBelow, Image("team/app:1").IsOrIsBelow(prefix));

    [Theory]
    [InlineData("roles: owner", "roles")]
    [InlineData("namespaces: team/app", "namespaces")]
    [InlineData("namespaces: Team", "namespaces")]
    [InlineData("reference_prefixes: registry.example.com/team/", "reference_prefixes")]
    [InlineData("reference_prefixes: registry.example.com/team:1", "reference_prefixes")]
    [InlineData("reference_prefixes: registry.example.com/team", null)]
    [InlineData("users: ann", null)]
    public void What_cannot_be_kept_is_said(string named, string? field) =>
        Assert.Equal(field, Read(named).WhyInvalid()?.Field);

    [Fact]
    public void Names_have_a_limit() => Assert.Equal(
        "users", (SigningRights.None with { Users = [.. Enumerable.Range(0, 101).Select(n => $"u{n}")] }).WhyInvalid()?.Field);

    private static SigningRights Read(string named) => named.Split(": ") is [var field, var name]
        ? new(
            field == "users" ? [name] : [],
            field == "roles" ? [name] : [],
            field == "namespaces" ? [name] : [],
            field == "reference_prefixes" ? [name] : [])
        : SigningRights.None;

    private static ImageReference Image(string name)
    {
        Assert.True(ImageReference.TryParse($"{Host}/{name}", out var image));
        return image;
    }
}
