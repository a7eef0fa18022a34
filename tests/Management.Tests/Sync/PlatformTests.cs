using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Only the images that one can run, and the whole index all the same: its digest and its signatures stay.</summary>
public abstract class PlatformTests(Server server) : SyncScenario(server)
{
    [Fact]
    public async Task Only_images_of_the_platforms_wanted_are_taken_and_the_index_stays_what_it_is()
    {
        var (amd, arm, other) = (Upstream.Image(null, Unique("a")), Upstream.Image(null, Unique("b")), Upstream.Image(null, Unique("c")));
        var index = IndexOf("all", (amd, "amd64", null), (arm, "arm64", "v8"), (other, "arm64", "v9"));
        await SyncAsync(await RemoteAsync(("platforms", Array("linux/amd64", "linux/arm64/v8"))));
        Assert.Equal(
            new[] { index, amd, arm }.Select(manifest => manifest.Digest.ToString()).Order(StringComparer.Ordinal),
            await HoldsAsync(Repository, "manifests"));
        Assert.Equal(0, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/manifests/{other.Digest}"));

        var name = await ServeAsync();
        Assert.Equal(index.Bytes.ToArray(), await Http.GetByteArrayAsync($"/v2/{name}/manifests/all"));
        Assert.Equal(200, await PullAsync(name, arm.Digest.ToString()));
        using var absent = await Http.GetAsync($"/v2/{name}/manifests/{other.Digest}");
        Assert.Equal(404, (int)absent.StatusCode);
        Assert.Contains("left out", await absent.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True((bool)(await Pulp.CallAsync(Repositories + "read", Repository))["allow_sparse_indexes"]!);
        var shown = await Pulp.CallAsync(
            "content_container_manifests_read", await UnitAsync(Repository, "manifests", index.Digest.ToString()));
        Assert.Equal([other.Digest.ToString()], shown["absent_manifests"]!.AsArray().Select(digest => (string)digest!));
    }

    [Fact]
    public async Task Signed_only_judges_the_platforms_wanted()
    {
        var (amd, arm) = (Upstream.Image(null, Unique("a")), Upstream.Image(null, Unique("b")));
        IndexOf("all", (amd, "amd64", null), (arm, "arm64", null));
        Upstream.Sign(amd);
        await SyncAsync(await SignedRemoteAsync(("platforms", Array("linux/arm64"))), ("signed_only", true));
        Assert.Empty(await NamesAsync());
        await SyncAsync(await SignedRemoteAsync(("platforms", Array("linux/amd64"))), ("signed_only", true));
        Assert.Equal(["all"], await NamesAsync());
    }

    [Fact]
    public async Task An_index_with_none_of_the_platforms_is_skipped()
    {
        IndexOf("all", (Upstream.Image(null, Unique("a")), "amd64", null));
        await SyncAsync(await RemoteAsync(("platforms", Array("linux/s390x"))));
        Assert.Equal("not_wanted", await ReasonAsync("all"));
        Assert.Equal(400, (await Pulp.RefuseAsync(
            Remotes + "create", null,
            Body(("name", Unique("r")), ("url", Upstream.Url), ("upstream_name", "a"), ("platforms", Array("amd64"))))).Status);
    }

    [Fact]
    public async Task An_index_without_its_images_is_taken_only_where_an_administrator_allows_it()
    {
        var name = Unique("sparse/");
        var there = await Push.ImageAsync(Http, name, "there", name);
        var repository = await RepositoryOfAsync(name);
        var index = IndexOf(null, (Images.Image("elsewhere"), "amd64", null)).Bytes.ToArray();
        Assert.Equal(400, await PutAsync(name, index));

        await Pulp.CallAsync(Repositories + "partial_update", repository, Body(("allow_sparse_indexes", true)));
        Assert.Equal(201, await PutAsync(name, index));
        var other = (string)(await RepositoryAsync())["pulp_href"]!;
        await Assert.ThrowsAsync<TaskFailedException>(() => CopyAsync(repository, other));
        await Pulp.CallAsync(Repositories + "partial_update", other, Body(("allow_sparse_indexes", true)));
        await CopyAsync(repository, other);
        Assert.Contains("index", await TagsAsync(other));
        Assert.NotEmpty(there);
    }

    private Task<JsonObject> CopyAsync(string from, string to) => Pulp.CallAsync(
        Repositories + "copy_tags", to, Body(("source_repository", from), ("names", Array("index"))));

    private async Task<int> PutAsync(string name, byte[] index)
    {
        using var answer = await Http.PutAsync($"/v2/{name}/manifests/index", new ByteArrayContent(index)
        {
            Headers = { ContentType = new(MediaTypes.OciIndex) },
        });
        return (int)answer.StatusCode;
    }

    private Manifest IndexOf(string? tag, params (Manifest Image, string Architecture, string? Variant)[] entries)
    {
        var json = JsonSerializer.Serialize(new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciIndex,
            manifests = entries.Select(entry => new
            {
                mediaType = entry.Image.MediaType,
                digest = entry.Image.Digest.ToString(),
                size = entry.Image.Bytes.Length,
                platform = new { os = "linux", architecture = entry.Architecture, variant = entry.Variant },
            }),
        });
        var bytes = Encoding.UTF8.GetBytes(json);
        return Upstream.Add(tag, new(Digest.Sha256(bytes), MediaTypes.OciIndex, bytes));
    }
}

public sealed class SqlitePlatformTests(SqliteServer server) : PlatformTests(server);

public sealed class PostgresPlatformTests(PostgresServer server) : PlatformTests(server);
