namespace OrleansRegistry.Conformance;

/// <summary>A synchronisation on three real processes, which are killed one after the other while it goes on.</summary>
public sealed class SyncFailoverTests
{
    private const string Api = "/pulp/api/v3/";
    private const int Images = 120;

    private static readonly int Kills = Effort.Of(usual: 4, whenLong: 8); // ten would look like the task's own fault

    [Fact]
    public async Task Whichever_node_dies_whenever_one_version_comes_of_it_with_every_blob()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        for (var number = 0; number < Images; number++)
            upstream.Sign(upstream.Image($"t{number}", $"layer {number}"));
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        string[] settings = ["--Tasks:Silence=00:00:03", "--Outgoing:Allow:0=127.0.0.1"];
        var nodes = await Task.WhenAll(site.StartAsync(settings), site.StartAsync(settings), site.StartAsync(settings));
        var remote = (string)(await nodes[0].Client.PostAsync($"{Api}remotes/container/container/", new()
        {
            ["name"] = "upstream",
            ["url"] = upstream.Url,
            ["upstream_name"] = FakeUpstream.Name,
            ["sigstore"] = upstream.Sigstore,
            ["download_concurrency"] = 6,
        }))["pulp_href"]!;
        var repository = (string)(await nodes[0].Client.PostAsync(
            $"{Api}repositories/container/container/", new() { ["name"] = "copy", ["remote"] = remote }))["pulp_href"]!;

        // Each request waits for its turn, so that the work goes no further than the test wants.
        using var turns = new SemaphoreSlim(0);
        upstream.Instead = async context =>
        {
            await turns.WaitAsync(context.RequestAborted);
            return false;
        };
        var task = (string)(await nodes[0].Client.PostAsync($"{repository}sync/", []))["task"]!;
        for (var kill = 0; kill < Kills; kill++)
        {
            turns.Release(1 + (Images * 5 / (Kills + 1)));
            await Eventually.TrueAsync(() => Task.FromResult(turns.CurrentCount == 0), "the work goes on");
            var victim = kill % nodes.Length;
            await nodes[victim].KillAsync();
            nodes[victim] = await site.StartAsync(settings);
        }

        upstream.Instead = null;
        turns.Release(100_000);
        await Eventually.TrueAsync(
            async () => (string)(await nodes[0].Client.ReadAsync(task))["state"]! is "completed" or "failed", "the task ends");
        var ended = await nodes[0].Client.ReadAsync(task);
        Assert.True((string)ended["state"]! == "completed", ended.ToJsonString());
        Assert.Equal(1, (int)(await nodes[1].Client.ReadAsync($"{repository}versions/?number__gt=0"))["count"]!);
        var present = (await nodes[1].Client.ReadAsync($"{repository}versions/1/"))["content_summary"]!["present"]!;
        Assert.Equal(Images, (int)present["container.tag"]!["count"]!);
        Assert.Equal(Images, (int)present["container.signature"]!["count"]!);
        Assert.All(upstream.Blobs.Keys, blob => Assert.True(
            File.Exists(Path.Combine(site.DataDirectory, "blobs", "sha256", blob[7..9], blob[7..])), blob));

        // What one attempt stored, the next one did not ask for again, but for what was under way.
        Assert.InRange(upstream.Asked("GET /v2/team/app/blobs/"), upstream.Blobs.Count, upstream.Blobs.Count + (Kills * 50));
    }
}
