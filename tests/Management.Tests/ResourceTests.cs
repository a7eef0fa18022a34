using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Repositories, remotes, distributions, namespaces and tasks as Pulp's client manages them.</summary>
public abstract class ResourceTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task A_label_that_is_not_set_cannot_be_taken_off()
    {
        var href = (string)(await RepositoryAsync())["pulp_href"]!;
        await Pulp.CallAsync(Repositories + "set_label", href, Body(("key", "a"), ("value", null)));
        Assert.Null((await Pulp.CallAsync(Repositories + "unset_label", href, Body(("key", "a"))))["value"]);
        var (status, refusal) = await Pulp.RefuseAsync(Repositories + "unset_label", href, Body(("key", "a")));
        Assert.Equal(400, status);
        Assert.Equal("Label 'a' is not set on the object.", (string)JsonNode.Parse(refusal)!["key"]![0]!);
    }

    [Theory]
    [InlineData("0123456789abcdefABCDEF0123456789", true)]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", true)]
    [InlineData("nightly run 7", false)]
    [InlineData("0123456789abcdef0123456789abcdefa", false)]
    [InlineData("{01234567-89ab-cdef-0123-456789abcdef}", false)]
    [InlineData("LONG", false)]
    public async Task A_correlation_id_comes_back_as_it_was_sent_or_a_new_one_is_made(string id, bool isTaken)
    {
        id = id.Replace("LONG", new string('a', 3000), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Patch, (string)(await RepositoryAsync())["pulp_href"]!);
        request.Headers.Add("Correlation-ID", id);
        request.Content = new StringContent("""{"description":"x"}""", MediaTypeHeaderValue.Parse("application/json"));
        using var answer = await Http.SendAsync(request);
        var answered = Assert.Single(answer.Headers.GetValues("Correlation-ID"));
        Assert.Equal((202, isTaken), ((int)answer.StatusCode, answered == id));
        Assert.True(isTaken || Guid.TryParseExact(answered, "N", out _), answered);
        var task = await Pulp.FollowAsync((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["task"]!);
        Assert.Equal(answered, (string)task["logging_cid"]!);
    }

    [Fact]
    public async Task What_can_be_read_can_be_asked_for_its_head()
    {
        foreach (var path in new[] { RepositoryPath, (string)(await RepositoryAsync())["pulp_href"]! })
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var answer = await Http.SendAsync(request);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_repository_is_created_found_changed_and_deleted()
    {
        var name = Unique("repo");
        var created = await Pulp.CallAsync(Repositories + "create", body: new()
        {
            ["name"] = name,
            ["description"] = "first",
            ["retain_repo_versions"] = 5,
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
            ["name"] = Unique("remote"),
            ["url"] = "https://registry.example.com",
            ["upstream_name"] = "library/busybox",
            ["password"] = " s3cret ",
            ["include_tags"] = new JsonArray("1.*"),
            ["download_concurrency"] = 4,
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
        await Push.ImageAsync(Http, source, "1.0", source);
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
            ["repository"] = null,
            ["repository_version"] = $"{repository}versions/0/",
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
        await Push.ImageAsync(Http, name, "1.0", name);
        var repository = await RepositoryOfAsync(name);
        var distribution = Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
        await Pulp.CallAsync(Distributions + "delete", (string)distribution["pulp_href"]!);
        Assert.Equal(404, (await Pulp.RefuseAsync(Repositories + "read", repository)).Status);
        Assert.Equal(404, await PullAsync(name, "1.0"));
        await Push.ImageAsync(Http, name, "2.0", name);
        Assert.Equal(200, await PullAsync(name, "2.0"));
        Assert.Equal(404, await PullAsync(name, "1.0"));
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
        await Push.ImageAsync(Http, $"{space}/app", "1", space);
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
}

public sealed class SqliteResourceTests(SqliteServer server) : ResourceTests(server);

public sealed class PostgresResourceTests(PostgresServer server) : ResourceTests(server);
