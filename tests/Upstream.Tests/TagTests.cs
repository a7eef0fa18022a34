namespace OrleansRegistry.Sync.Tests;

public sealed class TagTests : UpstreamTest
{
    [Fact]
    public async Task A_list_of_two_pages_is_read_to_its_end()
    {
        Registry.On(
            Tags,
            Answer.Json("""{"tags":["1.0","1.1"]}""", ("Link", "</v2/team/app/tags/list?last=1.1&n=2>; rel=\"next\"")),
            Answer.Json("""{"tags":["2.0"]}"""));

        Assert.Equal(["1.0", "1.1", "2.0"], await TagsOf(Open()));
        Assert.Equal([Tags, $"{Tags}?last=1.1&n=2"], Registry.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task A_link_to_another_host_is_followed_on_the_registry_itself()
    {
        Registry.On(
            Tags,
            Answer.Json("""{"tags":["1.0"]}""", ("Link", "<http://169.254.169.254/v2/team/app/tags/list?last=1.0>; rel=\"next\"")),
            Answer.Json("""{"tags":["2.0"]}"""));

        Assert.Equal(["1.0", "2.0"], await TagsOf(Open()));
        Assert.Equal($"{Tags}?last=1.0", Registry.Requests[1].Target);
    }

    [Fact]
    public async Task Links_in_a_circle_end()
    {
        Registry.On(Tags, Answer.Json(OneTag, ("Link", $"<{Tags}?last=1.0>; rel=\"next\"")));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "go in a circle");
    }

    [Fact]
    public async Task Without_tags_a_list_may_be_null()
    {
        Registry.On(Tags, Answer.Json("""{"name":"team/app","tags":null}"""));
        Assert.Empty(await TagsOf(Open()));
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_said_to_be_missing() =>
        await FailureOfTags(Open(), UpstreamFailure.Missing, $"{Registry.Host} has no repository team/app");

    [Fact]
    public async Task A_web_page_is_not_a_registry()
    {
        Registry.On(Tags, Answer.Html);
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "answers text/html");
        Assert.Single(Registry.Requests);
    }

    [Theory]
    [InlineData("tags: 1.0")]
    [InlineData("""["1.0"]""")]
    [InlineData("""{"tags":"1.0"}""")]
    [InlineData("""{"tags":[1]}""")]
    public async Task What_is_no_list_is_refused(string body)
    {
        Registry.On(Tags, Answer.Json(body));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "is the url of the remote that of a registry?");
    }

    [Fact]
    public async Task A_list_that_is_too_large_is_not_read()
    {
        Registry.On(Tags, Answer.Broken([], 33 * 1024 * 1024, "application/json"));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "more than the 33554432 bytes");
    }

    [Fact]
    public async Task Too_many_tags_are_refused()
    {
        var page = $$"""{"tags":[{{string.Join(',', Enumerable.Repeat("\"1\"", 600_000))}}]}""";
        Registry.On(Tags, Answer.Json(page, ("Link", $"<{Tags}?last=1>; rel=\"next\"")), Answer.Json(page));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, "more than 1000000 tags");
    }

    [Fact]
    public async Task A_url_may_have_a_path()
    {
        Registry.On("/mirror/v2/team/app/tags/list", Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open(Remote with { Url = $"{Registry.Url}/mirror/" })));
    }
}
