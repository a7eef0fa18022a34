namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Disk that is given back for what a remote has. Source: Pulp's REST: reclaim.</summary>
public abstract class ReclaimTests(Server server) : SyncScenario(server)
{
    private const string Reclaim = "repositories_reclaim_space_reclaim";

    [Fact]
    public async Task Layers_that_came_from_a_remote_are_given_up_and_come_back_when_they_are_pulled()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var layer = image.Document.Layers[0].Digest;
        await SyncAsync(await RemoteAsync());
        var name = await ServeAsync();
        Assert.True(IsHere(layer));

        var result = await Pulp.CallAsync(Reclaim, body: Body(("repo_hrefs", Array(Repository))));
        Assert.Equal(1, (int)result["blobs"]!);
        Assert.False(IsHere(layer));
        Assert.True(IsHere(image.Document.Config!.Digest));
        Assert.Equal(Upstream.Blobs[layer.ToString()], await Http.GetByteArrayAsync($"/v2/{name}/blobs/{layer}"));
        Assert.True(IsHere(layer));
    }

    [Fact]
    public async Task What_others_hold_is_kept_or_was_pushed_stays()
    {
        var (shared, kept, pushed) = (Upstream.Image("1.0", Unique("a")), Upstream.Image("1.1", Unique("b")), Unique("pushed/"));
        await SyncAsync(await RemoteAsync());
        await Push.ImageAsync(Http, pushed, "latest", pushed);
        var other = (string)(await RepositoryAsync())["pulp_href"]!;
        await Pulp.CallAsync(
            Repositories + "copy_tags", other, Body(("source_repository", Repository), ("names", Array("1.0"))));

        await Pulp.CallAsync(Reclaim, body: Body(
            ("repo_hrefs", Array(Repository)), ("repo_versions_keeplist", Array($"{Repository}versions/1/"))));
        Assert.True(IsHere(kept.Document.Layers[0].Digest));
        await Pulp.CallAsync(Reclaim, body: Body(("repo_hrefs", Array(Repository, await RepositoryOfAsync(pushed)))));
        Assert.False(IsHere(kept.Document.Layers[0].Digest));
        Assert.True(IsHere(shared.Document.Layers[0].Digest));
        Assert.True(IsHere(Images.DigestOf(pushed)));
    }

    [Fact]
    public async Task Wishes_that_make_no_sense_are_refused()
    {
        foreach (var wish in new[]
        {
            Body(), Body(("repo_hrefs", Array())), Body(("repo_hrefs", Array("*", Repository))),
            Body(("repo_hrefs", Array("/pulp/api/v3/tasks/"))),
            Body(("repo_hrefs", Array(Repository)), ("repo_versions_keeplist", Array($"{Repository}versions/77/"))),
        })
            Assert.Equal(400, (await Pulp.RefuseAsync(Reclaim, null, wish)).Status);
    }
}

public sealed class SqliteReclaimTests(SqliteServer server) : ReclaimTests(server);

public sealed class PostgresReclaimTests(PostgresServer server) : ReclaimTests(server);
