using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Sync.Tests;

public sealed class RetryTests : UpstreamTest
{
    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_registry_in_trouble_is_asked_again(int status)
    {
        Registry.On(Tags, Answer.Status(status), Answer.Status(status), Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open()));
        Assert.Equal(2, Time.Pauses.Count);
    }

    [Fact]
    public async Task After_three_more_times_it_is_unreachable()
    {
        Registry.On(Tags, Answer.Status(503));
        await FailureOfTags(Open(), UpstreamFailure.Unreachable, $"{Registry.Host} answers 503 to a request for the tags");
        Assert.Equal(4, Registry.Requests.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_remote_says_how_often(int retries)
    {
        Registry.On(Tags, Answer.Status(503));
        await FailureOfTags(Open(Remote with { MaxRetries = retries }), UpstreamFailure.Unreachable, "503");
        Assert.Equal(retries + 1, Registry.Requests.Count);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        Registry.On(Tags, Answer.Status(429, ("Retry-After", "17")), Answer.Json(OneTag));
        await TagsOf(Open());
        Assert.Equal([TimeSpan.FromSeconds(17)], Time.Pauses);
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        var date = Time.GetUtcNow().AddSeconds(23).ToString("R");
        Registry.On(Tags, Answer.Status(503, ("Retry-After", date)), Answer.Json(OneTag));
        await TagsOf(Open());
        Assert.Equal([TimeSpan.FromSeconds(23)], Time.Pauses);
    }

    [Fact]
    public async Task Retry_After_is_not_waited_for_longer_than_a_minute()
    {
        Registry.On(Tags, Answer.Status(429, ("Retry-After", "86400")), Answer.Json(OneTag));
        await TagsOf(Open());
        Assert.Equal([TimeSpan.FromSeconds(60)], Time.Pauses);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(418)]
    public async Task A_refusal_is_not_asked_for_again(int status)
    {
        Registry.On(Tags, Answer.Status(status));
        await FailureOfTags(Open(), UpstreamFailure.Unusable, $"answers {status}");
        Assert.Single(Registry.Requests);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_made_again()
    {
        RequestDelegate abort = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Registry.On(Tags, abort, Answer.Broken([1], 100, "application/json"), Answer.Json(OneTag));
        Assert.Equal(["1.0"], await TagsOf(Open()));
    }

    [Fact]
    public async Task Nobody_at_a_port_is_unreachable_after_all_tries()
    {
        var gone = await ScriptedUpstream.StartAsync();
        await gone.DisposeAsync();
        await FailureOfTags(Open(Remote with { Url = gone.Url }), UpstreamFailure.Unreachable, $"{gone.Host} cannot be reached");
        Assert.Equal(3, Time.Pauses.Count);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_said_to_be_none()
    {
        Names["nowhere.test"] = [];
        await FailureOfTags(
            Open(Remote with { Url = "http://nowhere.test" }), UpstreamFailure.Unreachable, "There is no host nowhere.test");
    }

    [Fact]
    public async Task What_is_forbidden_is_not_tried_again()
    {
        Names["registry.test"] = [IPAddress.Parse("169.254.169.254")];
        await FailureOfTags(
            Open(Remote with { Url = "http://registry.test" }), UpstreamFailure.Forbidden, "registry.test");
        Assert.Empty(Time.Pauses);
    }

    [Fact]
    public async Task Who_cancels_is_not_made_to_wait()
    {
        var held = new HeldAnswer();
        Registry.On("/v2/team/app/manifests/latest", held.AnswerAsync);
        using var cancelled = new CancellationTokenSource();
        var asking = Open().GetManifestAsync(Latest, cancelled.Token);
        await held.Reached;
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }
}
