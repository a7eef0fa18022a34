using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

public sealed class LoginTests : UpstreamTest
{
    private static readonly RemoteSecrets Anna = new("anna", "s3cret");
    private static readonly string AnnasPassword = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("anna:s3cret"))}";

    private string Challenge => $"Bearer realm=\"{Registry.Url}/token\",service=\"reg istry\",scope=\"repository:team/app:pull\"";

    [Fact]
    public async Task A_token_is_asked_for_with_service_scope_and_password_and_then_shown()
    {
        Registry.On(Tags, Answer.To("Bearer abc", Challenge, Answer.Json(OneTag)));
        Registry.On("/token", Answer.Json("""{"token":"abc"}"""));

        Assert.Equal(["1.0"], await TagsOf(Open(secrets: Anna)));
        var asked = Assert.Single(Registry.RequestsFor("/token"));
        Assert.Equal("/token?service=reg%20istry&scope=repository%3Ateam%2Fapp%3Apull", asked.Target);
        Assert.Equal(AnnasPassword, asked.Header("Authorization"));
        Assert.Null(Registry.Requests[0].Header("Authorization"));
    }

    [Fact]
    public async Task Without_a_scope_it_is_to_pull_and_without_a_user_nobody_logs_in()
    {
        Registry.On(Tags, Answer.To("Bearer abc", $"Bearer realm=\"{Registry.Url}/token?a=b\"", Answer.Json(OneTag)));
        Registry.On("/token", Answer.Json("""{"access_token":"abc"}"""));

        Assert.Equal(["1.0"], await TagsOf(Open()));
        var asked = Assert.Single(Registry.RequestsFor("/token"));
        Assert.Equal("/token?a=b&scope=repository%3Ateam%2Fapp%3Apull", asked.Target);
        Assert.Null(asked.Header("Authorization"));
    }

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_its_end()
    {
        Registry.On(Tags, Answer.To("Bearer abc", Challenge, Answer.Json(OneTag)));
        Registry.On("/token", Answer.Json("""{"token":"abc","expires_in":300}"""));
        var upstreams = Upstreams();
        var id = Guid.NewGuid();

        await TagsOf(upstreams.Open(id, Remote, Anna));
        await TagsOf(upstreams.Open(id, Remote, Anna));
        Assert.Equal(3, Registry.RequestsFor(Tags).Count);
        Assert.Single(Registry.RequestsFor("/token"));

        Time.Advance(TimeSpan.FromSeconds(290));
        await TagsOf(upstreams.Open(id, Remote, Anna));
        Assert.Equal(2, Registry.RequestsFor("/token").Count);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced()
    {
        Registry.On(
            Tags,
            Answer.To("Bearer first", Challenge, Answer.Json(OneTag)),
            Answer.To("Bearer first", Challenge, Answer.Json(OneTag)),
            Answer.To("Bearer second", Challenge, Answer.Json(OneTag)));
        Registry.On("/token", Answer.Json("""{"token":"first"}"""), Answer.Json("""{"token":"second"}"""));
        var upstream = Open(secrets: Anna);

        await TagsOf(upstream);
        Assert.Equal(["1.0"], await TagsOf(upstream));
        Assert.Equal(2, Registry.RequestsFor("/token").Count);
    }

    [Fact]
    public async Task Those_who_come_together_share_one_token()
    {
        Registry.On("/v2/team/app/manifests/latest", Answer.To("Bearer abc", Challenge, Answer.Bytes(Image, "application/json")));
        Registry.On("/token", Answer.Json("""{"token":"abc"}"""));
        var upstream = Open(secrets: Anna);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => upstream.GetManifestAsync(Latest)));
        Assert.Single(Registry.RequestsFor("/token"));
    }

    [Fact]
    public async Task A_realm_elsewhere_is_not_told_the_password()
    {
        var other = await StartAnotherAsync();
        Registry.On(Tags, Answer.Status(401, ("WWW-Authenticate", $"Bearer realm=\"{other.UrlAt("other.test")}/token\"")));

        await FailureOfTags(Open(secrets: Anna), UpstreamFailure.Denied, "add other.test to token_realms");
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_realm_elsewhere_is_asked_where_the_remote_names_it()
    {
        var other = await StartAnotherAsync();
        Registry.On(Tags, Answer.To("Bearer abc", $"Bearer realm=\"{other.UrlAt("other.test")}/token\"", Answer.Json(OneTag)));
        other.On("/token", Answer.Json("""{"token":"abc"}"""));

        var remote = Remote with { TokenRealms = ["other.test"], Headers = [new("X-Key", "k")] };
        Assert.Equal(["1.0"], await TagsOf(Open(remote, Anna)));
        Assert.Equal(AnnasPassword, other.Requests[0].Header("Authorization"));
        Assert.Null(other.Requests[0].Header("X-Key"));
    }

    [Fact]
    public async Task Docker_Hub_has_its_realm_elsewhere_as_everybody_knows()
    {
        var (hub, realm) = ("registry-1.docker.io", "auth.docker.io");
        Names[hub] = Names[realm] = [System.Net.IPAddress.Loopback];
        Registry.On(
            "/v2/library/app/tags/list",
            Answer.To("Bearer abc", $"Bearer realm=\"{Registry.UrlAt(realm)}/token\"", Answer.Json(OneTag)));
        Registry.On("/token", Answer.Json("""{"token":"abc"}"""));
        Assert.Equal(["1.0"], await TagsOf(Open(Remote with { Url = Registry.UrlAt(hub), UpstreamName = "app" })));
    }

    [Fact]
    public async Task A_realm_may_not_send_the_password_on()
    {
        var other = await StartAnotherAsync();
        Registry.On(Tags, Answer.To("Bearer abc", Challenge, Answer.Json(OneTag)));
        Registry.On("/token", Answer.Redirect($"{other.Url}/token"));
        other.On("/token", Answer.Json("""{"token":"abc"}"""));

        Assert.Equal(["1.0"], await TagsOf(Open(secrets: Anna)));
        Assert.Null(other.Requests[0].Header("Authorization"));
    }

    [Fact]
    public async Task A_password_is_shown_where_it_is_wanted_and_from_then_on_at_once()
    {
        Registry.On(Tags, Answer.To(AnnasPassword, "Basic realm=\"here\"", Answer.Json(OneTag)));
        var upstream = Open(secrets: Anna);
        await TagsOf(upstream);
        await TagsOf(upstream);
        Assert.Equal([null, AnnasPassword, AnnasPassword], Registry.Requests.Select(request => request.Header("Authorization")));
    }

    [Fact]
    public async Task Without_a_password_the_failure_says_to_set_one()
    {
        Registry.On(Tags, Answer.Status(401, ("WWW-Authenticate", "Basic realm=\"here\"")));
        await FailureOfTags(Open(), UpstreamFailure.Denied, "set username and password of the remote");
        Assert.Single(Registry.Requests);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Who_is_refused_with_a_token_is_denied_at_once_and_no_secret_is_told(int status)
    {
        Registry.On(Tags, Answer.Status(401, ("WWW-Authenticate", Challenge)), Answer.Status(status));
        Registry.On("/token", Answer.Json("""{"token":"abc"}"""));

        var failure = await FailureOfTags(Open(secrets: Anna), UpstreamFailure.Denied, "check username and password");
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("abc", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Registry.RequestsFor(Tags).Count);
    }

    [Fact]
    public async Task A_wrong_password_is_said_to_be_one()
    {
        Registry.On(Tags, Answer.Status(401, ("WWW-Authenticate", Challenge)));
        Registry.On("/token", Answer.Status(401));
        await FailureOfTags(Open(secrets: Anna), UpstreamFailure.Denied, "check username and password");
        Assert.Single(Registry.RequestsFor("/token"));
    }

    [Fact]
    public async Task A_realm_in_trouble_is_asked_again()
    {
        Registry.On(Tags, Answer.To("Bearer abc", Challenge, Answer.Json(OneTag)));
        Registry.On("/token", Answer.Status(503), Answer.Json("""{"token":"abc"}"""));
        Assert.Equal(["1.0"], await TagsOf(Open(secrets: Anna)));
    }

    [Fact]
    public async Task A_realm_that_never_answers_is_left_also_where_a_blob_waits_for_it()
    {
        var (time, held) = (new FakeTimeProvider(), new HeldAnswer());
        var layer = Digest.Sha256([1]);
        Registry.On($"/v2/team/app/blobs/{layer}", Answer.Status(401, ("WWW-Authenticate", Challenge)));
        Registry.On("/token", held.AnswerAsync);
        var asking = Open(Remote with { MaxRetries = 0, SockReadTimeout = 10_000 }, time: time).OpenBlobAsync(layer);
        await held.Reached;

        time.Advance(TimeSpan.FromSeconds(301));
        await FailureOf(() => asking, UpstreamFailure.Unreachable, "does not answer in time");
    }

    [Theory]
    [InlineData("""{"token":"a b"}""")]
    [InlineData("""{"token":""}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task What_is_no_token_is_not_used(string body)
    {
        Registry.On(Tags, Answer.Status(401, ("WWW-Authenticate", Challenge)));
        Registry.On("/token", Answer.Json(body));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "where a token should be");
    }
}
