using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Versions, their repair, their end, and that of what they held. Source: Pulp's REST: repository versions, orphans.</summary>
public abstract class VersionTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task A_version_is_found_by_number_content_and_time()
    {
        var (href, _) = await HistoryAsync(3);
        foreach (var (filter, value, found) in new[]
        {
            ("number", "2", "2"), ("number__gt", "1", "3 2"), ("number__lte", "1", "1 0"), ("number__range", "1,2", "2 1"),
            ("pulp_created__gte", "2020-01-01T00:00:00.000000Z", "3 2 1 0"), ("pulp_created__lt", "2020-01-01T00:00:00.000000Z", ""),
            ("q", "number=1 OR number=3", "3 1"), ("content", await UnitAsync(href, "tags", "t2"), "3 2"),
            ("content__in", await UnitAsync(href, "tags", "t3"), "3"),
        })
            Assert.Equal(found, string.Join(' ', (await Pulp.ListAsync(Versions + "list", href, (filter, value)))
                .Select(version => (int)version["number"]!)));
        Assert.Equal(404, (await Pulp.RefuseAsync(Versions + "list", RepositoryPath + Guid.NewGuid() + "/")).Status);
        Assert.Equal(404, (await Pulp.RefuseAsync(Versions + "read", $"{href}versions/9/")).Status);
        Assert.Equal(404, (await Pulp.RefuseAsync(Versions + "repair", $"{href}versions/9/", Body())).Status);
        var version = await Pulp.CallAsync(Versions + "read", $"{href}versions/1/");
        Assert.Equal(href, (string)version["repository"]!);
        Assert.Null(version["base_version"]);
        Assert.Single(await Pulp.ListAsync("repository_versions_list", null, ("pulp_href__in", (string)version["pulp_href"]!)));
    }

    [Fact]
    public async Task A_deleted_version_is_squashed_into_the_next_and_its_number_never_given_again()
    {
        var (href, _) = await HistoryAsync(3);
        await Pulp.CallAsync(Versions + "delete", $"{href}versions/2/");
        Assert.Equal(["t1", "t2", "t3"], await HoldsAsync(href, "tags"));
        Assert.Equal(["t1"], await HoldsAsync($"{href}versions/1/", "tags"));
        var summary = (await Pulp.CallAsync(Versions + "read", $"{href}versions/3/"))["content_summary"]!;
        Assert.Equal(2, (int)summary["added"]!["container.tag"]!["count"]!);
        await AssertSummariesAsync(href);
        await Pulp.CallAsync(Versions + "delete", $"{href}versions/0/");
        await AssertSummariesAsync(href);
        await Pulp.CallAsync(Versions + "delete", $"{href}versions/3/");
        Assert.Equal(["t1"], await HoldsAsync(href, "tags"));
        await ActAsync("untag", href, ("tag", "t1"));
        Assert.Equal(4, await LatestAsync(href));
        await ActAsync("rollback", href, ("number", 1));
        Assert.Equal(["t1"], await HoldsAsync(href, "tags"));
        Assert.Equal(400, (await Pulp.RefuseAsync(Repositories + "rollback", href, Body(("number", 2)))).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync(Repositories + "rollback", href, Body(("number", -1)))).Status);
    }

    // Each count of a summary is that of the list which it names.
    private async Task AssertSummariesAsync(string repository)
    {
        foreach (var version in await Pulp.ListAsync(Versions + "list", repository))
            foreach (var part in new[] { "added", "removed", "present" })
                foreach (var (_, entry) in version["content_summary"]![part]!.AsObject())
                    Assert.Equal(
                        (int)entry!["count"]!, (int)JsonNode.Parse(await Http.GetStringAsync((string)entry["href"]!))!["count"]!);
    }

    [Fact]
    public async Task A_served_version_is_protected()
    {
        var (href, name) = await HistoryAsync(2);
        await Pulp.CreateAsync(
            Distributions, Body(("name", name + "x"), ("base_path", name + "x"), ("repository_version", $"{href}versions/1/")), DistributionPath);
        await Pulp.CreateAsync(Distributions, Body(("name", name + "y"), ("base_path", name + "y"), ("repository", href)), DistributionPath);
        foreach (var number in new[] { 1, 2 })
        {
            var (status, body) = await Pulp.RefuseAsync(Versions + "delete", $"{href}versions/{number}/");
            Assert.Equal(400, status);
            Assert.Single(JsonNode.Parse(body)!.AsArray());
        }

        await Pulp.CallAsync(Versions + "delete", $"{href}versions/0/");
    }

    [Fact]
    public async Task No_more_versions_are_kept_than_asked_for_and_served_ones_always()
    {
        var (href, name) = await HistoryAsync(4);
        await Pulp.CreateAsync(
            Distributions, Body(("name", name + "x"), ("base_path", name + "x"), ("repository_version", $"{href}versions/1/")), DistributionPath);
        await Pulp.CallAsync(Repositories + "partial_update", href, Body(("retain_repo_versions", 2)));
        Assert.Equal("4 3 1", await NumbersAsync(href));
        await ActAsync("untag", href, ("tag", "t1"));
        Assert.Equal("5 4 1", await NumbersAsync(href));
        await Pulp.CallAsync(Repositories + "partial_update", href, Body(("retain_repo_versions", 1)));
        Assert.Equal("5 1", await NumbersAsync(href));
        Assert.Equal(["t2", "t3", "t4"], await HoldsAsync(href, "tags"));
        Assert.Equal(["t1"], await HoldsAsync($"{href}versions/1/", "tags"));
    }

    [Fact]
    public async Task The_newest_version_is_not_counted_where_it_is_served()
    {
        var name = Unique("served");
        for (var i = 1; i <= 4; i++)
            await Push.ImageAsync(Http, name, $"t{i}", $"{name}{i}");
        var href = await RepositoryOfAsync(name);
        await Pulp.CallAsync(Repositories + "partial_update", href, Body(("retain_repo_versions", 2)));
        Assert.Equal("4 3 2", await NumbersAsync(href));
    }

    [Fact]
    public async Task Repair_names_what_is_gone_and_what_is_altered()
    {
        var (href, _) = await HistoryAsync(2);
        var blobs = await HoldsAsync(href, "blobs");
        File.Delete(FileOf(blobs[0]));
        await File.AppendAllTextAsync(FileOf(blobs[1]), "x");
        var task = await TaskOfAsync(Versions + "repair", $"{href}versions/2/", Body());
        Assert.Equal(1, Done(task, "repair.missing"));
        Assert.Equal(1, Done(task, "repair.corrupted"));
        Assert.Equal(0, Done(task, "repair.repaired"));
        task = await TaskOfAsync(Versions + "repair", $"{href}versions/2/", Body(("verify_checksums", false)));
        Assert.Equal(0, Done(task, "repair.corrupted"));
    }

    [Fact]
    public async Task Orphans_are_collected_by_name_and_nothing_else_is()
    {
        var (href, _) = await HistoryAsync(2);
        var units = new Dictionary<string, string>();
        foreach (var kind in new[] { "tags", "manifests", "blobs" })
            foreach (var named in await HoldsAsync(href, kind))
                units[named] = await UnitAsync(href, kind, named);
        var (kept, gone) = (units["t1"], units["t2"]);
        await CleanAsync(gone);
        await Pulp.CallAsync("content_container_tags_read", gone);
        await Pulp.CallAsync(Repositories + "delete", href);
        Assert.NotEmpty(await Pulp.ListAsync("content_container_tags_list", null, ("orphaned_for", "0"), ("pulp_href__in", gone)));
        Assert.Equal("completed", (string)(await Pulp.CallAsync("orphans_cleanup_cleanup", body: Body(
            ("content_hrefs", Array(gone)))))["state"]!); // too young for the usual time
        await Pulp.CallAsync("content_container_tags_read", gone);
        await CleanAsync(gone);
        Assert.Equal(404, (await Pulp.RefuseAsync("content_container_tags_read", gone)).Status);
        await Pulp.CallAsync("content_container_tags_read", kept);

        var rest = units.Values.Where(unit => unit != gone).ToArray();
        var task = await CleanAsync(rest);
        Assert.Equal(rest.Length, Done(task, "clean-up.content"));
        Assert.Equal(units.Keys.Count(one => units[one].Contains("/blobs/", StringComparison.Ordinal)), Done(task, "clean-up.artifacts"));
        foreach (var unit in rest.Where(unit => unit.Contains("/blobs/", StringComparison.Ordinal)))
            Assert.Equal(404, (await Pulp.RefuseAsync("content_container_blobs_read", unit)).Status);

        Assert.Equal(400, (await Pulp.RefuseAsync("orphans_cleanup_cleanup", null, Body(("content_hrefs", new JsonArray())))).Status);
        Assert.StartsWith("[", (await Pulp.RefuseAsync("orphans_cleanup_cleanup", null, Body(("content_hrefs", Array(gone))))).Body, StringComparison.Ordinal);
        foreach (var bad in new JsonNode[] { -1, 4294967296, "x", 1.5 })
            Assert.Equal(400, (await Pulp.RefuseAsync("orphans_cleanup_cleanup", null, Body(("orphan_protection_time", bad)))).Status);
        // No less: it would take from other tests what they are about to push.
        foreach (JsonNode? good in new JsonNode?[] { 4294967295, null, 60 })
            Assert.Equal("completed", (string)(await Pulp.CallAsync(
                "orphans_cleanup_cleanup", body: Body(("orphan_protection_time", good))))["state"]!);
    }

    private Task<JsonObject> CleanAsync(params string[] units) => Pulp.CallAsync(
        "orphans_cleanup_cleanup", body: Body(("content_hrefs", Array(units)), ("orphan_protection_time", 0)));

    // Repair tells its findings as a result too, which takes the task's place for clients.
    private async Task<JsonObject> TaskOfAsync(string operation, string href, JsonObject body)
    {
        var (status, answer) = await Pulp.RefuseAsync(operation, href, body);
        Assert.Equal(202, status);
        var task = (string)JsonNode.Parse(answer)!["task"]!;
        await Pulp.FollowAsync(task);
        return await Pulp.CallAsync("tasks_read", task);
    }

    private static int Done(JsonObject task, string code) => (int)Assert.Single(
        task["progress_reports"]!.AsArray(), report => (string)report!["code"]! == code)!["done"]!;

    private async Task<string> NumbersAsync(string href) => string.Join(
        ' ', (await Pulp.ListAsync(Versions + "list", href)).Select(version => (int)version["number"]!));

    private string FileOf(string digest) =>
        Path.Combine(Server.DataDirectory, "blobs", "sha256", digest[7..9], digest[7..]);

    // Each version brings one image under one more tag. No distribution is left.
    private async Task<(string Href, string Name)> HistoryAsync(int versions)
    {
        var name = Unique("history");
        for (var i = 1; i <= versions; i++)
            await Push.ImageAsync(Http, name, $"t{i}", $"{name}-{i}");
        var repository = await RepositoryOfAsync(name);
        var other = (string)(await RepositoryAsync())["pulp_href"]!;
        var distribution = Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
        await Pulp.CallAsync(Distributions + "partial_update", (string)distribution["pulp_href"]!, Body(("repository", other)));
        await Pulp.CallAsync(Distributions + "delete", (string)distribution["pulp_href"]!);
        return (repository, name);
    }
}

public sealed class SqliteVersionTests(SqliteServer server) : VersionTests(server);

public sealed class PostgresVersionTests(PostgresServer server) : VersionTests(server);
