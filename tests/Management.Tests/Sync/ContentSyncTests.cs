using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>What a synchronisation brings, and what it leaves. Source: Pulp's REST: sync.</summary>
public abstract class ContentSyncTests(Server server) : SyncScenario(server)
{
    [Fact]
    public async Task One_sync_is_one_version_with_all_that_is_upstream()
    {
        var (a, b) = (Upstream.Image("1.0", Unique("a")), Upstream.Image(null, Unique("b")));
        var nested = Upstream.Index("nested", Upstream.Index(null, a, b));
        var task = await Pulp.FollowedAsync(await Pulp.StartAsync(
            Repositories + "sync", Repository, Body(("remote", await RemoteAsync()))));
        Assert.Equal(1, await LatestAsync(Repository));
        Assert.Equal(["1.0", "nested"], await NamesAsync());
        Assert.Equal(4, (await HoldsAsync(Repository, "manifests")).Count);
        Assert.Equal(4, (await HoldsAsync(Repository, "blobs")).Count);
        Assert.Contains($"{Repository}versions/1/", task["created_resources"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            ["sync.downloading.tag_list", "sync.processing.manifest", "sync.downloading.artifacts"],
            task["progress_reports"]!.AsArray().Select(report => (string)report!["code"]!));

        var name = await ServeAsync();
        Assert.Equal(nested.Bytes.ToArray(), await Http.GetByteArrayAsync($"/v2/{name}/manifests/nested"));
        Assert.Equal(
            Upstream.Blobs[b.Document.Layers[0].Digest.ToString()],
            await Http.GetByteArrayAsync($"/v2/{name}/blobs/{b.Document.Layers[0].Digest}"));
    }

    [Fact]
    public async Task Nothing_new_upstream_makes_no_version_and_next_to_no_requests()
    {
        for (var number = 0; number < 5; number++)
            Upstream.Image($"1.{number}", Unique("a"));
        var remote = await RemoteAsync();
        await SyncAsync(remote);
        Upstream.Requests.Clear();

        var result = await SyncAsync(remote);
        Assert.Equal((1, 5), (await LatestAsync(Repository), (int)result["unchanged"]!));
        Assert.Equal(1, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/tags/list"));
        Assert.Equal(5, Upstream.Asked($"HEAD /v2/{FakeUpstream.Name}/manifests/"));
        Assert.Equal(0, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/manifests/"));
        Assert.Equal(0, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/"));
    }

    [Fact]
    public async Task What_the_server_has_anywhere_is_not_downloaded()
    {
        Upstream.Image("1.0", Unique("a"));
        await SyncAsync(await RemoteAsync());
        Upstream.Requests.Clear();
        var other = (string)(await RepositoryAsync())["pulp_href"]!;
        await Pulp.CallAsync(Repositories + "sync", other, Body(("remote", await RemoteAsync())));
        Assert.Equal(["1.0"], await TagsAsync(other));
        Assert.Equal(0, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/"));
    }

    [Fact]
    public async Task Additive_removes_nothing_but_a_tag_that_moved_and_mirror_all_that_is_not_upstream()
    {
        var (old, moved) = (Upstream.Image("old", Unique("a")), Upstream.Image("moving", Unique("b")));
        var remote = await RemoteAsync();
        await SyncAsync(remote);
        Upstream.Tags.Clear();
        var now = Upstream.Image("moving", Unique("c"));

        await SyncAsync(remote);
        Assert.Equal(["moving", "old"], await NamesAsync());
        Assert.True(await HasAsync(old) && await HasAsync(moved) && await HasAsync(now));

        await SyncAsync(remote, ("mirror", true));
        Assert.Equal(["moving"], await NamesAsync());
        Assert.Equal([now.Digest.ToString()], await HoldsAsync(Repository, "manifests"));
        Assert.Equal(3, await LatestAsync(Repository));
    }

    [Fact]
    public async Task Includes_and_excludes_choose_tags_and_digests_come_without_one()
    {
        foreach (var tag in new[] { "1.0", "1.1", "1.1-rc", "2.0" })
            Upstream.Image(tag, Unique(tag));
        var untagged = Upstream.Image(null, Unique("u"));
        var result = await SyncAsync(await RemoteAsync(
            ("includes", Array("1.*", "[!1].?", untagged.Digest.ToString())), ("excludes", Array("*-rc"))));
        Assert.Equal(["1.0", "1.1", "2.0"], await NamesAsync());
        Assert.True(await HasAsync(untagged));
        Assert.Equal(1, (int)result["excluded"]!);
    }

    [Fact]
    public async Task Companion_tags_follow_what_they_speak_of()
    {
        var (wanted, other) = (Upstream.Image("wanted", Unique("a")), Upstream.Image("other", Unique("b")));
        var attestation = Upstream.Image(Images.Companion(wanted, ".att"), Unique("c"));
        Upstream.Image(Images.Companion(attestation, ".sig"), Unique("d"));
        Upstream.Image(Images.Companion(other, ".sig"), Unique("e"));
        await SyncAsync(await RemoteAsync(("includes", Array("wanted"))));
        Assert.Equal(
            new[] { Images.Companion(wanted, ".att"), Images.Companion(attestation, ".sig"), "wanted" }
                .Order(StringComparer.Ordinal),
            await NamesAsync());
        Assert.Equal("not_wanted", await ReasonAsync(Images.Companion(other, ".sig")));
    }

    [Fact]
    public async Task Referrers_come_with_their_subjects_and_theirs_with_them()
    {
        Upstream.HasReferrers = true;
        var image = Upstream.Image("1.0", Unique("a"));
        var bill = Upstream.Image(null, Unique("sbom"), image, "application/spdx+json");
        var signature = Upstream.Image(null, Unique("sig"), bill, "application/vnd.cncf.notary.signature");
        await SyncAsync(await RemoteAsync());
        Assert.True(await HasAsync(bill) && await HasAsync(signature));

        Upstream.Manifests.TryRemove(signature.Digest.ToString(), out _);
        await SyncAsync(await RemoteAsync(), ("mirror", true));
        Assert.True(await HasAsync(bill));
        Assert.False(await HasAsync(signature));
    }

    [Fact]
    public async Task What_speaks_of_an_image_and_is_not_whole_upstream_is_left_out_and_the_image_taken()
    {
        Upstream.HasReferrers = true;
        var image = Upstream.Image("1.0", Unique("a"));
        var whole = Upstream.Image(null, Unique("whole"), image, "application/spdx+json");
        var broken = Upstream.Image(null, Unique("broken"), image, "application/spdx+json");
        var signature = Upstream.Image(null, Unique("sig"), broken, "application/vnd.cncf.notary.signature");
        var listed = Upstream.Image(null, Unique("listed"));
        var other = Upstream.Image(null, Unique("other"));
        var index = Upstream.Add(null, Images.Index([listed, other], image));
        foreach (var manifest in new[] { broken, listed })
            Upstream.Blobs.TryRemove(manifest.Document.Layers[0].Digest.ToString(), out _);

        Assert.Contains("sync-report/", await FailAsync(await RemoteAsync(), ("strict", true)), StringComparison.Ordinal);
        Assert.Equal("missing_upstream", await ReasonAsync("1.0"));

        await SyncAsync(await RemoteAsync());
        Assert.Equal(
            new[] { image.Digest.ToString(), whole.Digest.ToString() }.Order(), (await HoldsAsync(Repository, "manifests")).Order());
        var notes = (await ReportAsync("1.0"))["notes"]!.AsArray().Select(note => (string)note!).ToList();
        foreach (var missing in new[] { broken, signature, index })
            Assert.Contains(notes, note => note.StartsWith($"{missing.Digest}, ", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains($"{broken.Document.Layers[0].Digest}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bytes_that_are_not_what_a_referrer_names_are_an_error_of_its_image()
    {
        Upstream.HasReferrers = true;
        var image = Upstream.Image("1.0", Unique("a"));
        var altered = Upstream.Image(null, Unique("altered"), image, "application/spdx+json").Document.Layers[0].Digest.ToString();
        Upstream.Blobs[altered] = new byte[Upstream.Blobs[altered].Length];
        await SyncAsync(await RemoteAsync());
        Assert.Equal("mismatch", await ReasonAsync("1.0"));
    }

    [Fact]
    public async Task One_that_cannot_be_brought_does_not_lose_the_others()
    {
        var (good, lost, short1, altered) = (
            Upstream.Image("good", Unique("a")), Upstream.Image("lost", Unique("b")), Upstream.Image("short", Unique("c")),
            Upstream.Image("altered", Unique("d")));
        Upstream.Blobs.TryRemove(lost.Document.Layers[0].Digest.ToString(), out _);
        Upstream.Blobs[short1.Document.Layers[0].Digest.ToString()] = [1, 2];
        var layer = altered.Document.Layers[0].Digest.ToString();
        Upstream.Blobs[layer] = new byte[Upstream.Blobs[layer].Length];
        Upstream.Add("old", Schema1());

        var result = await SyncAsync(await RemoteAsync());
        Assert.Equal(["good"], await NamesAsync());
        Assert.Equal((1, 1, 3), ((int)result["taken"]!, (int)result["skipped"]!, (int)result["failed"]!));
        Assert.Equal("missing_upstream", await ReasonAsync("lost"));
        Assert.Equal("mismatch", await ReasonAsync("short"));
        Assert.Equal("mismatch", await ReasonAsync("altered"));
        Assert.Contains(layer, (string?)(await ReportAsync("altered"))["message"], StringComparison.Ordinal);
        Assert.Equal("unsupported", await ReasonAsync("old"));
        Assert.True(await HasAsync(good));
    }

    [Fact]
    public async Task Strict_changes_nothing_unless_everything_came()
    {
        Upstream.Image("good", Unique("a"));
        Upstream.Blobs.TryRemove(Upstream.Image("lost", Unique("b")).Document.Layers[0].Digest.ToString(), out _);
        Assert.Contains("sync-report/", await FailAsync(await RemoteAsync(), ("strict", true)), StringComparison.Ordinal);
        Assert.Equal(0, await LatestAsync(Repository));
        Assert.Equal("missing_upstream", await ReasonAsync("lost"));
    }

    [Fact]
    public async Task A_mirror_keeps_what_the_upstream_has_and_could_not_give()
    {
        Upstream.Image("1.0", Unique("a"));
        Upstream.Image("1.1", Unique("b"));
        await SyncAsync(await RemoteAsync(), ("mirror", true));
        Upstream.Instead = context => Task.FromResult(
            context.Request.Path.Value!.EndsWith("/manifests/1.1", StringComparison.Ordinal)
            && (context.Response.StatusCode = 503) > 0);
        await SyncAsync(await RemoteAsync(), ("mirror", true));
        Assert.Equal(["1.0", "1.1"], await NamesAsync());
        Assert.Equal("upstream", await ReasonAsync("1.1"));
    }

    [Theory]
    [InlineData(404, "text/plain", "", "no repository")]
    [InlineData(401, "text/plain", "", "")]
    [InlineData(200, "text/html", "<html>", "")]
    public async Task An_upstream_without_a_list_of_tags_fails_with_one_sentence(int status, string type, string body, string why)
    {
        Upstream.Instead = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/tags/list", StringComparison.Ordinal))
                return false;
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            await context.Response.WriteAsync(body);
            return true;
        };
        var error = await FailAsync(await RemoteAsync());
        Assert.Contains(why, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("should not have", error, StringComparison.Ordinal);
        Assert.Equal("failed", (string?)(await Pulp.CallAsync(Repositories + "read", Repository))["last_sync"]!["state"]);
    }

    [Fact]
    public async Task What_has_no_remote_cannot_be_synchronised()
    {
        var (status, body) = await Pulp.RefuseAsync(Repositories + "sync", Repository, []);
        Assert.Equal(400, status);
        Assert.Contains("remote", body, StringComparison.Ordinal);
        Assert.Equal(400, (await Pulp.RefuseAsync(Repositories + "sync", Repository, Body(("remote", Repository)))).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync(
            Remotes + "create", null,
            Body(("name", Unique("r")), ("url", Upstream.Url), ("upstream_name", "a"), ("includes", Array("[a"))))).Status);
    }

    private static Content.Manifest Schema1()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"schemaVersion":1,"name":"team/app","tag":"old","fsLayers":[]}""");
        return new(Oci.Digest.Sha256(bytes), Oci.MediaTypes.DockerSchema1, bytes);
    }
}

public sealed class SqliteContentSyncTests(SqliteServer server) : ContentSyncTests(server);

public sealed class PostgresContentSyncTests(PostgresServer server) : ContentSyncTests(server);
