using System.Text;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

// The registry of the test is the proxy here: it sees whole URLs, of hosts that nobody resolves.
public sealed class ProxyTests : UpstreamTest
{
    private RemoteSettings ByProxy => Remote with { Url = "http://far.example", ProxyUrl = Registry.Url };

    [Fact]
    public async Task Requests_go_to_the_proxy()
    {
        Registry.On(Tags, Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open(ByProxy)));
        Assert.Equal($"http://far.example{Tags}", Registry.Requests[0].Target);
    }

    [Fact]
    public async Task It_learns_its_own_password()
    {
        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("p:q"))}";
        Registry.On(
            Tags,
            context => context.Request.Headers["Proxy-Authorization"] == expected
                ? Answer.Json(OneTag)(context)
                : Answer.Status(407, ("Proxy-Authenticate", "Basic realm=\"proxy\""))(context));
        Assert.Equal(["1.0"], await TagsOf(Open(ByProxy, new RemoteSecrets(ProxyUsername: "p", ProxyPassword: "q"))));
    }

    [Fact]
    public async Task A_proxy_that_wants_a_password_is_said_to()
    {
        Registry.On(Tags, Answer.Status(407, ("Proxy-Authenticate", "Basic realm=\"proxy\"")));
        await FailureOfTags(Open(ByProxy), UpstreamFailure.Denied, "check proxy_username");
    }

    [Fact]
    public async Task The_proxy_is_judged_by_its_address()
    {
        await FailureOfTags(Open(ByProxy, allow: ""), UpstreamFailure.Forbidden, "127.0.0.1");
        Assert.Empty(Registry.Requests);
    }

    [Theory]
    [InlineData("http://169.254.169.254", "localhost", "")]
    [InlineData("http://far.example", "localhost", "far.example")]
    [InlineData("http://far.example", "localhost", "*.example")]
    [InlineData("http://far.example", "localhost", "*")]
    [InlineData("http://[::1]:8080", "127.0.0.1", "")]
    [InlineData("http://localhost.", "127.0.0.2", "")]
    public async Task The_registry_behind_it_is_judged_by_its_name(string url, string allow, string deny)
    {
        await FailureOfTags(
            Open(ByProxy with { Url = url }, allow: allow, deny: deny), UpstreamFailure.Forbidden, "Outgoing:Deny");
        Assert.Empty(Registry.Requests);
    }

    [Fact]
    public async Task By_https_it_makes_a_tunnel_and_the_certificate_is_that_of_the_registry()
    {
        using var authority = new TestAuthority();
        var far = await StartAnotherAsync(authority.Issue("far.example"));
        far.On(Tags, Answer.Json(OneTag));
        await using var tunnel = new Tunnel(far.Port);
        var remote = Remote with { Url = "https://far.example", ProxyUrl = tunnel.Url, CaCert = authority.Pem };

        Assert.Equal(["1.0"], await TagsOf(Open(remote)));
        Assert.Equal(["CONNECT far.example:443 HTTP/1.1"], tunnel.Asked);
        Assert.Equal(Tags, Assert.Single(far.Requests).Target);
    }

    [Fact]
    public async Task A_proxy_that_makes_no_tunnel_is_said_to()
    {
        await FailureOfTags(
            Open(ByProxy with { Url = "https://far.example", MaxRetries = 0 }), UpstreamFailure.Unreachable, "The proxy does not connect");
        Assert.Equal(("CONNECT", "far.example:443"), (Registry.Requests[0].Method, Registry.Requests[0].Target));
    }
}
