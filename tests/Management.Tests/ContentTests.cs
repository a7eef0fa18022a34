using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Content and versions as Pulp's client sees and changes them.</summary>
public abstract class ContentTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task Pushed_content_is_listed_by_version_and_told_apart()
    {
        var name = Unique("content");
        var amd = await Push.ImageAsync(Http, name, "amd", name + "1");
        var arm = await Push.ImageAsync(Http, name, "arm", name + "2", "arm64");
        var index = await Push.IndexAsync(Http, name, "all", amd, arm);
        var repository = await Pulp.CallAsync(Repositories + "read", await RepositoryOfAsync(name));
        var latest = (string)repository["latest_version_href"]!;

        var manifests = await Pulp.ListAsync("content_container_manifests_list", null, ("repository_version", latest));
        Assert.Equal(3, manifests.Count);
        var image = manifests.Single(one => (string)one["digest"]! == arm);
        Assert.Equal(("image", "arm64", "linux"), ((string)image["type"]!, (string)image["architecture"]!, (string)image["os"]!));
        Assert.Equal(name + "2", (string)image["labels"]!["made"]!);
        Assert.Single(image["blobs"]!.AsArray());
        Assert.NotNull(image["config_blob"]);
        var list = manifests.Single(one => (string)one["digest"]! == index);
        Assert.Equal(2, list["listed_manifests"]!.AsArray().Count);
        Assert.Equal("index", (string)list["type"]!);

        Assert.Equal(4, (await Pulp.ListAsync("content_container_blobs_list", null, ("repository_version", latest))).Count);
        Assert.Equal(10, (await Pulp.ListAsync("content_list", null, ("repository_version", latest))).Count);
        var tag = Assert.Single(await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version", latest), ("name", "all")));
        Assert.Equal((string)list["pulp_href"]!, (string)tag["tagged_manifest"]!);
        Assert.Single(await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version_added", $"{repository["versions_href"]}1/")));
        Assert.Single(await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version", latest), ("digest", amd)));
        Assert.Equal(2, (await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version", latest), ("q", "name=\"amd\" OR name=\"arm\""))).Count);
        Assert.Single(await Pulp.ListAsync("artifacts_list", null, ("sha256", ((string)(await Pulp.CallAsync(
            "content_container_blobs_read", (string)image["config_blob"]!))["digest"]!)["sha256:".Length..])));
    }

    [Theory]
    [InlineData("a\\u0000b")]
    [InlineData("\\ud800")]
    public async Task An_image_is_listed_whatever_its_config_says(string architecture)
    {
        var name = Unique("odd/");
        var digest = await Push.ImageAsync(Http, name, "1", name, architecture);
        var listed = Assert.Single(await Pulp.ListAsync("content_container_manifests_list", null, ("digest", digest)));
        Assert.Null(listed["architecture"]);
    }

    [Fact]
    public async Task Versions_tell_what_they_added_and_holds_of_each_kind()
    {
        var name = Unique("versions");
        await Push.ImageAsync(Http, name, "1", name);
        var repository = await RepositoryOfAsync(name);
        var versions = await Pulp.ListAsync(Versions + "list", repository);
        Assert.Equal([1, 0], versions.Select(version => (int)version["number"]!));
        var summary = versions[0]["content_summary"]!;
        Assert.Equal(2, (int)summary["present"]!["container.blob"]!["count"]!);
        Assert.Equal(1, (int)summary["added"]!["container.tag"]!["count"]!);
        Assert.Empty(summary["removed"]!.AsObject());
        var one = Assert.Single(await Pulp.ListAsync(Versions + "list", repository, ("number", "1")));
        Assert.Equal(1, (int)(await Pulp.CallAsync(Versions + "read", (string)one["pulp_href"]!))["number"]!);
        Assert.Single(await Pulp.ListAsync("repository_versions_list", null, ("prn__in", (string)one["prn"]!)));
        var tag = Assert.Single(await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version", (string)one["pulp_href"]!)));
        Assert.Single(await Pulp.ListAsync(Versions + "list", repository, ("content__in", (string)tag["pulp_href"]!)));
    }

    [Fact]
    public async Task Content_is_tagged_untagged_copied_added_removed_and_rolled_back()
    {
        var (name, other) = (Unique("actions"), Unique("target"));
        var digest = await Push.ImageAsync(Http, name, "1", name);
        var source = await RepositoryOfAsync(name);
        var target = (string)(await RepositoryAsync(other))["pulp_href"]!;

        var tagged = await Pulp.CallAsync(Repositories + "tag", source, new() { ["tag"] = "two", ["digest"] = digest });
        Assert.Contains(tagged["created_resources"]!.AsArray(), href => ((string)href!).Contains("/versions/2/"));
        Assert.Equal(200, await PullAsync(name, "two"));
        await Pulp.CallAsync(Repositories + "untag", source, new() { ["tag"] = "two" });
        Assert.Equal(404, await PullAsync(name, "two"));

        await Pulp.CallAsync(Repositories + "copy_tags", target, new()
        {
            ["source_repository_version"] = $"{source}versions/2/",
            ["names"] = new JsonArray("two", "absent"),
        });
        Assert.Equal(["two"], await TagsAsync(target));
        var tag = Assert.Single(await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version", $"{source}versions/1/")));
        await Pulp.CallAsync(Repositories + "add", target, new() { ["content_units"] = new JsonArray((string)tag["pulp_href"]!) });
        Assert.Equal(["1", "two"], (await TagsAsync(target)).Order());
        await Pulp.CallAsync(Repositories + "remove", target, new() { ["content_units"] = new JsonArray("*") });
        Assert.Empty(await TagsAsync(target));
        await Pulp.CallAsync(Repositories + "rollback", target, new() { ["number"] = 1 });
        Assert.Equal(["two"], await TagsAsync(target));

        await Pulp.CallAsync(Versions + "delete", $"{target}versions/2/");
        Assert.Equal([4, 3, 1, 0], (await Pulp.ListAsync(Versions + "list", target)).Select(one => (int)one["number"]!));
        Assert.Equal(400, (await Pulp.RefuseAsync(Versions + "delete", (string)(await Pulp.CallAsync(
            Repositories + "read", source))["latest_version_href"]!)).Status);
        await Pulp.CallAsync(Versions + "repair", $"{target}versions/4/", []);
    }

    [Fact]
    public async Task Labels_are_set_selected_and_taken_off()
    {
        var href = (string)(await RepositoryAsync())["pulp_href"]!;
        var key = Unique("k");
        await Pulp.CallAsync(Repositories + "set_label", href, new() { ["key"] = key, ["value"] = "Gold, old" });
        foreach (var selection in new[] { key, $"{key}=Gold\\, old", $"{key}!=tin", $"{key}~GOLD", $"{key},!absent" })
            Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("pulp_label_select", selection)));
        foreach (var selection in new[] { $"{key}=tin", $"{key}!=Gold\\, old", $"{key},!{key}" })
            Assert.Empty(await Pulp.ListAsync(Repositories + "list", null, ("pulp_label_select", selection)));
        Assert.Equal(400, (await Pulp.RefuseAsync(Repositories + "list", null, null, ("pulp_label_select", "a=(b)"))).Status);

        await Pulp.CallAsync(Repositories + "unset_label", href, new() { ["key"] = key });
        Assert.Empty(await Pulp.ListAsync(Repositories + "list", null, ("pulp_label_select", key)));
    }
}

public sealed class SqliteContentTests(SqliteServer server) : ContentTests(server);

public sealed class PostgresContentTests(PostgresServer server) : ContentTests(server);
