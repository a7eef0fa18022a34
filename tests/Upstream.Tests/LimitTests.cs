using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync.Tests;

public sealed class LimitTests : UpstreamTest
{
    [Fact]
    public async Task So_many_requests_are_open_at_once_and_a_blob_is_one_of_them()
    {
        Registry.On("/v2/team/app/manifests/latest", Answer.Bytes(Image, MediaTypes.OciManifest));
        var held = new HeldAnswer();
        var layer = Digest.Sha256([1]);
        Registry.On($"/v2/team/app/blobs/{layer}", held.AnswerAsync);
        held.Send();
        var upstream = Open(Remote with { DownloadConcurrency = 1 });

        var blob = await upstream.OpenBlobAsync(layer);
        var waiting = upstream.GetManifestAsync(Latest);
        Assert.False(waiting.IsCompleted);
        Assert.Single(Registry.Requests);

        await blob!.DisposeAsync();
        Assert.NotNull(await waiting);
    }

    [Fact]
    public async Task Never_more_arrive_than_the_remote_allows()
    {
        var (open, most, all) = (0, 0, new TaskCompletionSource());
        Registry.On("/v2/team/app/manifests/latest", async context =>
        {
            var now = Interlocked.Increment(ref open);
            InterlockedMax(ref most, now);
            if (now == 3)
                all.TrySetResult();
            await all.Task;
            Interlocked.Decrement(ref open);
            await Answer.Bytes(Image, MediaTypes.OciManifest)(context);
        });
        var upstream = Open(Remote with { DownloadConcurrency = 3 });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => upstream.GetManifestAsync(Latest)));
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Places_of_what_failed_or_was_not_there_are_free_again()
    {
        Registry.On(Tags, Answer.Status(418));
        var upstream = Open(Remote with { DownloadConcurrency = 1 });
        for (var i = 0; i < 3; i++)
        {
            await FailureOfTags(upstream, UpstreamFailure.Unusable, "418");
            Assert.Null(await upstream.OpenBlobAsync(Digest.Sha256([1])));
        }
    }

    [Fact]
    public async Task Requests_keep_the_pace_heads_included()
    {
        Registry.On("/v2/team/app/manifests/latest", Answer.Bytes(Image, MediaTypes.OciManifest));
        var upstream = Open(Remote with { RateLimit = 4 });
        await upstream.GetManifestAsync(Latest);
        await upstream.HeadManifestAsync(Latest);
        await upstream.GetManifestAsync(Latest);
        Assert.Equal([TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.25)], Time.Pauses);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
