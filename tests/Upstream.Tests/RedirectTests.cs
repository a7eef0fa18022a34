using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

public sealed class RedirectTests : UpstreamTest
{
    [Fact]
    public async Task Another_host_learns_neither_password_nor_headers()
    {
        var other = await StartAnotherAsync();
        Registry.On(
            Tags,
            Answer.Status(401, ("WWW-Authenticate", "Basic realm=\"here\"")),
            Answer.Redirect($"{other.Url}/elsewhere"));
        other.On("/elsewhere", Answer.Json(OneTag));

        var remote = Remote with { Headers = [new("X-Key", "k"), new("User-Agent", "mine")] };
        Assert.Equal(["1.0"], await TagsOf(Open(remote, new("anna", "s3cret"))));
        Assert.Equal(("k", "mine"), (Registry.Requests[1].Header("X-Key"), Registry.Requests[1].Header("User-Agent")));
        Assert.NotNull(Registry.Requests[1].Header("Authorization"));
        Assert.Null(other.Requests[0].Header("Authorization"));
        Assert.Null(other.Requests[0].Header("X-Key"));
        Assert.StartsWith("orleans-registry/", other.Requests[0].Header("User-Agent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_sent_away_and_back_has_no_password_any_more()
    {
        var other = await StartAnotherAsync();
        Registry.On(
            Tags,
            Answer.Status(401, ("WWW-Authenticate", "Basic realm=\"here\"")),
            Answer.Redirect($"{other.Url}/elsewhere"));
        other.On("/elsewhere", Answer.Redirect($"{Registry.Url}/back"));
        Registry.On("/back", Answer.Json(OneTag));

        await TagsOf(Open(secrets: new RemoteSecrets("anna", "s3cret")));
        Assert.Null(Registry.RequestsFor("/back")[0].Header("Authorization"));
    }

    [Fact]
    public async Task On_the_same_host_all_stays()
    {
        Registry.On(
            Tags, Answer.Status(401, ("WWW-Authenticate", "Basic realm=\"here\"")), Answer.Redirect("/moved", 301));
        Registry.On("/moved", Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open(secrets: new RemoteSecrets("anna", "s3cret"))));
        Assert.NotNull(Registry.RequestsFor("/moved")[0].Header("Authorization"));
    }

    [Fact]
    public async Task Redirects_without_an_end_end()
    {
        Registry.On(Tags, Answer.Redirect(Tags));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "redirects more than 10 times");
        Assert.Equal(11, Registry.Requests.Count);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://0x7f.2/")]
    public async Task Every_place_on_the_way_is_judged(string place)
    {
        Registry.On(Tags, Answer.Redirect(place));
        await FailureOfTags(Open(allow: "127.0.0.1"), UpstreamFailure.Forbidden, "not allowed");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/tags")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1/tags")]
    public async Task Only_http_and_https_are_asked(string place)
    {
        Registry.On(Tags, Answer.Redirect(place));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "only http and https");
    }

    [Fact]
    public async Task From_https_nobody_is_led_to_http()
    {
        using var authority = new TestAuthority();
        var secure = await StartAnotherAsync(authority.Issue("127.0.0.1"));
        secure.On(Tags, Answer.Redirect($"{Registry.Url}{Tags}"));
        await FailureOfTags(
            Open(Remote with { Url = secure.Url, CaCert = authority.Pem }), UpstreamFailure.Unusable, "from https to http");
        Assert.Empty(Registry.Requests);
    }
}
