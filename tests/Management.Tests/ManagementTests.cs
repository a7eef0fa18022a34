using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>The management REST as Pulp's client drives it, on both databases.</summary>
public abstract class ManagementTests(Server server)
{
    private const string Repositories = "repositories_container_container_";
    private const string Versions = "repositories_container_container_versions_";
    private const string Remotes = "remotes_container_container_";
    private const string Distributions = "distributions_container_container_";
    private const string DistributionPath = "/pulp/api/v3/distributions/container/container/";
    private const string RepositoryPath = "/pulp/api/v3/repositories/container/container/";

    private PulpClient Pulp => server.Pulp;

    [Fact]
    public async Task A_repository_is_created_found_changed_and_deleted()
    {
        var name = Unique("repo");
        var created = await Pulp.CallAsync(Repositories + "create", body: new()
        {
            ["name"] = name, ["description"] = "first", ["retain_repo_versions"] = 5,
            ["pulp_labels"] = new JsonObject { ["team"] = "a", ["empty"] = null },
        });
        var href = (string)created["pulp_href"]!;
        Assert.EndsWith("/versions/0/", (string)created["latest_version_href"]!, StringComparison.Ordinal);
        Assert.True(created.ContainsKey("remote"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", (string)created["pulp_created"]!);
        Assert.Equal($"prn:container.containerrepository:{href.Split('/')[^2]}", (string)created["prn"]!);

        Assert.Equal(href, (string)Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!);
        Assert.Equal(href, (string)Assert.Single(
            await Pulp.ListAsync(Repositories + "list", null, ("prn__in", (string)created["prn"]!)))["pulp_href"]!);

        var same = await Pulp.CallAsync(Repositories + "partial_update", href, new() { ["description"] = "first" });
        Assert.Equal(name, (string)same["name"]!);
        var task = await Pulp.CallAsync(Repositories + "partial_update", href, new() { ["description"] = null });
        Assert.Equal("completed", (string)task["state"]!);
        var changed = await Pulp.CallAsync(Repositories + "read", href);
        Assert.Null(changed["description"]);
        Assert.Equal(5, (int)changed["retain_repo_versions"]!);
        Assert.Equal("a", (string)changed["pulp_labels"]!["team"]!);

        await Pulp.CallAsync(Repositories + "delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync(Repositories + "read", href)).Status);
    }

    [Fact]
    public async Task A_remote_shows_its_settings_and_never_its_secrets()
    {
        var created = await Pulp.CallAsync(Remotes + "create", body: new()
        {
            ["name"] = Unique("remote"), ["url"] = "https://registry.example.com", ["upstream_name"] = "library/busybox",
            ["password"] = " s3cret ", ["include_tags"] = new JsonArray("1.*"), ["download_concurrency"] = 4,
        });
        var href = (string)created["pulp_href"]!;
        Assert.DoesNotContain("s3cret", created.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("""["1.*"]""", created["includes"]!.ToJsonString());
        Assert.Contains("""{"name":"password","is_set":true}""", created["hidden_fields"]!.ToJsonString(), StringComparison.Ordinal);

        var task = await Pulp.CallAsync(
            Remotes + "partial_update", href, new() { ["password"] = null, ["download_concurrency"] = null, ["policy"] = "on_demand" });
        Assert.Equal("completed", (string)task["state"]!);
        var changed = await Pulp.CallAsync(Remotes + "read", href);
        Assert.Null(changed["download_concurrency"]);
        Assert.Equal("on_demand", (string)changed["policy"]!);
        Assert.Contains("""{"name":"password","is_set":false}""", changed["hidden_fields"]!.ToJsonString(), StringComparison.Ordinal);

        var repository = await RepositoryAsync(remote: href);
        Assert.Equal(href, (string)repository["remote"]!);
        Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("remote", href)));
        await Pulp.CallAsync(Remotes + "delete", href);
        Assert.Null((await Pulp.CallAsync(Repositories + "read", (string)repository["pulp_href"]!))["remote"]);
    }

    [Fact]
    public async Task A_distribution_serves_pulls_from_the_moment_its_task_ends()
    {
        var (name, source) = (Unique("dist"), Unique("src"));
        await Push.ImageAsync(server.Http, source, "1.0", source);
        var repository = await RepositoryOfAsync(source);
        Assert.Equal(404, await PullAsync(name, "1.0"));

        var distribution = await Pulp.CreateAsync(
            Distributions, new() { ["name"] = name, ["base_path"] = name, ["repository"] = repository }, DistributionPath);
        Assert.Equal(200, await PullAsync(name, "1.0"));
        Assert.Equal(repository, (string)distribution["repository"]!);
        Assert.EndsWith($"/{name}", (string)distribution["registry_path"]!, StringComparison.Ordinal);
        Assert.NotNull(distribution["namespace"]);

        var href = (string)distribution["pulp_href"]!;
        await Pulp.CallAsync(Distributions + "partial_update", href, new()
        {
            ["repository"] = null, ["repository_version"] = $"{repository}versions/0/",
        });
        Assert.Equal(404, await PullAsync(name, "1.0"));
        var pinned = await Pulp.CallAsync(Distributions + "read", href);
        Assert.Null(pinned["repository"]);
        Assert.Equal($"{repository}versions/0/", (string)pinned["repository_version"]!);

        await Pulp.CallAsync(Distributions + "delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync(Distributions + "read", href)).Status);
        Assert.Equal(200, await PullAsync(source, "1.0"));
    }

    [Fact]
    public async Task Deleting_the_only_distribution_of_a_repository_deletes_the_repository()
    {
        var name = Unique("only");
        await Push.ImageAsync(server.Http, name, "1.0", name);
        var repository = await RepositoryOfAsync(name);
        var distribution = Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
        await Pulp.CallAsync(Distributions + "delete", (string)distribution["pulp_href"]!);
        Assert.Equal(404, (await Pulp.RefuseAsync(Repositories + "read", repository)).Status);
        Assert.Equal(404, await PullAsync(name, "1.0"));
        await Push.ImageAsync(server.Http, name, "2.0", name);
        Assert.Equal(200, await PullAsync(name, "2.0"));
        Assert.Equal(404, await PullAsync(name, "1.0"));
    }

    [Fact]
    public async Task Pushed_content_is_listed_by_version_and_told_apart()
    {
        var name = Unique("content");
        var amd = await Push.ImageAsync(server.Http, name, "amd", name + "1");
        var arm = await Push.ImageAsync(server.Http, name, "arm", name + "2", "arm64");
        var index = await Push.IndexAsync(server.Http, name, "all", amd, arm);
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

    [Fact]
    public async Task Versions_tell_what_they_added_and_holds_of_each_kind()
    {
        var name = Unique("versions");
        await Push.ImageAsync(server.Http, name, "1", name);
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
        var digest = await Push.ImageAsync(server.Http, name, "1", name);
        var source = await RepositoryOfAsync(name);
        var target = (string)(await RepositoryAsync(other))["pulp_href"]!;

        var tagged = await Pulp.CallAsync(Repositories + "tag", source, new() { ["tag"] = "two", ["digest"] = digest });
        Assert.Contains(tagged["created_resources"]!.AsArray(), href => ((string)href!).Contains("/versions/2/"));
        Assert.Equal(200, await PullAsync(name, "two"));
        await Pulp.CallAsync(Repositories + "untag", source, new() { ["tag"] = "two" });
        Assert.Equal(404, await PullAsync(name, "two"));

        await Pulp.CallAsync(Repositories + "copy_tags", target, new()
        {
            ["source_repository_version"] = $"{source}versions/2/", ["names"] = new JsonArray("two", "absent"),
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

    [Fact]
    public async Task Tasks_are_found_by_what_they_changed_and_forgotten_when_they_ended()
    {
        var repository = await RepositoryAsync();
        var href = (string)repository["pulp_href"]!;
        await Pulp.CallAsync(Repositories + "partial_update", href, new() { ["description"] = "new" });
        var task = Assert.Single(await Pulp.ListAsync("tasks_list", null, ("reserved_resources", href)));
        Assert.Equal("pulpcore.app.tasks.base.ageneral_update", (string)task["name"]!);
        Assert.True(task.ContainsKey("result"));
        Assert.Single(await Pulp.ListAsync("tasks_list", null, ("exclusive_resources__in", (string)repository["prn"]!)));
        Assert.Empty(await Pulp.ListAsync("tasks_list", null, ("shared_resources", href)));
        Assert.Contains(
            (string)repository["prn"]!, task["reserved_resources_record"]!.AsArray().Select(one => (string)one!));

        var taskHref = (string)task["pulp_href"]!;
        Assert.Equal(409, (await Pulp.RefuseAsync("tasks_cancel", taskHref, new() { ["state"] = "canceled" })).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync("tasks_cancel", taskHref, new() { ["state"] = "done" })).Status);
        await Pulp.CallAsync("tasks_delete", taskHref);
        Assert.Equal(404, (await Pulp.RefuseAsync("tasks_read", taskHref)).Status);
        await Pulp.CallAsync("tasks_purge", body: []);
    }

    [Fact]
    public async Task Namespaces_take_their_distributions_along()
    {
        var space = Unique("space");
        await Push.ImageAsync(server.Http, $"{space}/app", "1", space);
        var found = Assert.Single(await Pulp.ListAsync("pulp_container_namespaces_list", null, ("name", space)));
        Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("namespace__name", space)));
        await Pulp.CallAsync("pulp_container_namespaces_delete", (string)found["pulp_href"]!);
        Assert.Empty(await Pulp.ListAsync(Distributions + "list", null, ("namespace__name", space)));
        Assert.Equal(404, await PullAsync($"{space}/app", "1"));
    }

    [Fact]
    public async Task Every_list_answers()
    {
        var document = await Pulp.DocumentAsync();
        foreach (var (path, item) in document["paths"]!.AsObject())
            if (path.StartsWith('/') && (string?)item!["get"]?["operationId"] is { } id && id.EndsWith("_list", StringComparison.Ordinal))
                foreach (var parameter in item["get"]!["parameters"]!.AsArray())
                    if (Sample((string)parameter!["name"]!, parameter["schema"]!.AsObject()) is { } value)
                        await Pulp.CallAsync(id, query: [((string)parameter["name"]!, value), ("limit", "1")]);
        Assert.NotEmpty(await Pulp.ListAsync("workers_list", null, ("online", "true")));
        Assert.Empty(await Pulp.ListAsync("repositories_container_container_push_list", null, ("name", "x")));
    }

    [Fact]
    public async Task Orphans_are_cleaned_up_by_a_task() =>
        Assert.Equal("completed", (string)(await Pulp.CallAsync("orphans_cleanup_cleanup", body: []))["state"]!);

    private static string? Sample(string name, JsonObject schema) => name switch
    {
        "q" => null,
        "ordering" => "-pk",
        "fields" or "exclude_fields" => "pulp_href",
        "limit" => null,
        "pulp_label_select" => "a=b",
        _ when name.EndsWith("__range", StringComparison.Ordinal) =>
            (string)schema["items"]!["type"]! == "integer" ? "1,2" : "2020-01-01T00:00:00Z,2030-01-01T00:00:00Z",
        _ when name.EndsWith("regex", StringComparison.Ordinal) => "^a.*",
        _ when schema["enum"] is JsonArray choices => (string)choices[0]!,
        _ when (string?)schema["type"] == "integer" => "1",
        _ when (string?)schema["type"] == "boolean" => "true",
        _ when (string?)schema["format"] == "date-time" => "2026-01-01T00:00:00.000000Z",
        _ when name.StartsWith("name", StringComparison.Ordinal) || name.StartsWith("digest", StringComparison.Ordinal)
            || name.StartsWith("base_path", StringComparison.Ordinal) || name is "media_type" or "key_id" => "abc",
        _ => null,
    };

    private static string Unique(string start) => $"{start}{Guid.NewGuid():N}";

    private async Task<JsonObject> RepositoryAsync(string? name = null, string? remote = null) =>
        await Pulp.CreateAsync(Repositories, new() { ["name"] = name ?? Unique("repo"), ["remote"] = remote }, RepositoryPath);

    private async Task<string> RepositoryOfAsync(string name) =>
        (string)Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!;

    private async Task<IEnumerable<string>> TagsAsync(string repository) =>
        (await Pulp.ListAsync("content_container_tags_list", null, ("repository_version", repository)))
            .Select(tag => (string)tag["name"]!);

    private async Task<int> PullAsync(string name, string tag)
    {
        using var response = await server.Http.GetAsync($"/v2/{name}/manifests/{tag}");
        return (int)response.StatusCode;
    }
}

public sealed class SqliteManagementTests(SqliteServer server) : ManagementTests(server), IClassFixture<SqliteServer>;

public sealed class PostgresManagementTests(PostgresServer server) : ManagementTests(server), IClassFixture<PostgresServer>;
