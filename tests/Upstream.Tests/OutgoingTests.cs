using System.ComponentModel.DataAnnotations;
using System.Net;

namespace OrleansRegistry.Sync.Tests;

public sealed class OutgoingTests : UpstreamTest
{
    [Fact]
    public async Task This_machine_is_closed_by_default()
    {
        var failure = await FailureOfTags(Open(allow: ""), UpstreamFailure.Forbidden, "Outgoing:Allow");
        Assert.Contains("127.0.0.1", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Registry.Requests);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("example.org, 127.0.0.0/8")]
    public async Task It_is_open_where_its_address_is_named(string allow)
    {
        Registry.On(Tags, Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open(allow: allow)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("registry.test")]
    [InlineData("*.test")]
    public async Task A_name_that_means_this_machine_is_no_way_to_it(string allow)
    {
        var remote = Remote with { Url = Registry.UrlAt("registry.test") };
        await FailureOfTags(Open(remote, allow: allow), UpstreamFailure.Forbidden, "registry.test, which is at 127.0.0.1,");
    }

    [Fact]
    public async Task A_name_is_used_at_those_of_its_addresses_that_are_allowed()
    {
        Names["registry.test"] = [IPAddress.Parse("169.254.169.254"), IPAddress.Parse("::ffff:127.0.0.1"), IPAddress.Loopback];
        Registry.On(Tags, Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open(Remote with { Url = Registry.UrlAt("registry.test") })));
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.1.1")]
    [InlineData("93.184.216.34")]
    [InlineData("fd12::1")]
    [InlineData("2001:db8::1")]
    public void Public_and_private_addresses_are_open(string address) => Assert.True(Allows("", "", address));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("100.100.100.200")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%3")]
    [InlineData("ff02::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:7f00:1::")]
    public void Addresses_of_the_surroundings_are_closed_but_to_their_own_name(string address)
    {
        Assert.False(Allows("", "", address));
        Assert.False(Allows("registry.test", "", address));
        Assert.True(Allows(address.Split('%')[0], "", address));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", false)]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", "10.2.2.3", true)]
    [InlineData("10.1.2.3", "registry.test", "10.1.2.3", false)]
    [InlineData("10.1.2.3", "*.test", "10.1.2.3", false)]
    [InlineData("", "*.registry.test", "10.1.2.3", true)]
    [InlineData("localhost", "localhost", "127.0.0.1", false)]
    [InlineData("", "*", "93.184.216.34", false)]
    [InlineData("registry.test", "*", "93.184.216.34", true)]
    [InlineData("REGISTRY.test", "*", "93.184.216.34", true)]
    [InlineData("*.test", "*", "93.184.216.34", true)]
    [InlineData("93.184.0.0/16", "*", "93.184.216.34", true)]
    [InlineData("registry.test", "*, 93.184.0.0/16", "93.184.216.34", false)]
    [InlineData("registry.test", "*", "127.0.0.1", false)]
    [InlineData("", "169.254.0.0/16", "64:ff9b::a9fe:a9fe", false)]
    public void Deny_counts_before_allow_but_for_its_star(string allow, string deny, string address, bool isAllowed) =>
        Assert.Equal(isAllowed, Allows(allow, deny, address));

    [Theory]
    [InlineData("example.org")]
    [InlineData("*.example.org, 10.0.0.0/8 ::1,fd00::/8")]
    [InlineData("intern")]
    [InlineData("localhost")]
    [InlineData("xn--bcher-kva.example")]
    public void Entries_have_these_forms(string list)
    {
        Assert.Empty(Refusals(allow: list));
        Assert.Empty(Refusals(deny: list));
    }

    [Theory]
    [InlineData("example.org:5000")]
    [InlineData("https://example.org")]
    [InlineData("10")]
    [InlineData("10.0.0.0/99")]
    [InlineData("1.2.3.4.5")]
    [InlineData("*example.org")]
    [InlineData("[::1]")]
    public void What_is_no_entry_is_refused(string list)
    {
        Assert.Contains($"'{list}'", Assert.Single(Refusals(allow: list)), StringComparison.Ordinal);
        Assert.Contains("Outgoing:Deny", Assert.Single(Refusals(deny: list)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_star_is_for_deny_only()
    {
        Assert.Empty(Refusals(deny: "*"));
        Assert.Single(Refusals(allow: "*"));
    }

    private static bool Allows(string allow, string deny, string address) =>
        new OutgoingRules(new() { Allow = Entries(allow), Deny = Entries(deny) }).Allow("registry.test", IPAddress.Parse(address));

    private static IEnumerable<string?> Refusals(string allow = "", string deny = "")
    {
        var options = new OutgoingOptions { Allow = Entries(allow), Deny = Entries(deny) };
        return options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage);
    }
}
