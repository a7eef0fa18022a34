using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Distributions, namespaces and what they take along. Source: Pulp's REST: distributions, namespaces.</summary>
public abstract class DistributionTests(Server server) : Scenario(server)
{
    [Theory]
    [InlineData("base_path", "\"\"", "base_path")]
    [InlineData("base_path", "\"A/b\"", "base_path")]
    [InlineData("base_path", "\"a//b\"", "base_path")]
    [InlineData("base_path", "\"/a\"", "base_path")]
    [InlineData("base_path", "\"a/\"", "base_path")]
    [InlineData("base_path", "\"a..b\"", "base_path")]
    [InlineData("base_path", "\"../a\"", "base_path")]
    [InlineData("repository", "\"/pulp/x/\"", "repository")]
    [InlineData("repository", "\"{remote}\"", "repository")]
    [InlineData("repository_version", "\"{repository}\"", "repository_version")]
    [InlineData("repository_version", "\"{repository}versions/77/\"", "repository_version")]
    [InlineData("private", "null", "private")]
    [InlineData("content_guard", "\"/pulp/api/v3/contentguards/x/\"", "content_guard")]
    [InlineData("nonsense", "1", "nonsense")]
    public async Task A_field_that_cannot_be_is_refused_before_there_is_a_task(string field, string value, string named)
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        value = value.Replace("{repository}", repository, StringComparison.Ordinal)
            .Replace("{remote}", "/pulp/api/v3/remotes/container/container/00000000-0000-7000-8000-000000000000/", StringComparison.Ordinal);
        var body = Body(("name", Unique("d")), ("base_path", Unique("d")));
        body[field] = JsonNode.Parse(value);
        var (status, refusal) = await Pulp.RefuseAsync(Distributions + "create", null, body);
        Assert.Equal(400, status);
        Assert.Equal([named], JsonNode.Parse(refusal)!.AsObject().Select(one => one.Key));
    }

    [Fact]
    public async Task Name_and_path_are_unique_and_paths_may_nest()
    {
        var (name, path) = (Unique("d"), Unique("d"));
        await CreateAsync(("name", name), ("base_path", path));
        await CreateAsync(("name", name + "1"), ("base_path", path + "/below"));
        Assert.Equal((400, """{"name":["This field must be unique."]}"""), await Pulp.RefuseAsync(
            Distributions + "create", null, Body(("name", name), ("base_path", Unique("d")))));
        Assert.Equal((400, """{"base_path":["This field must be unique."]}"""), await Pulp.RefuseAsync(
            Distributions + "create", null, Body(("name", Unique("d")), ("base_path", path))));
    }

    [Fact]
    public async Task Fields_are_kept_changed_and_found()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var (name, path) = (Unique("d"), Unique("team") + "/app");
        var created = await CreateAsync(
            ("name", name), ("base_path", path), ("repository", repository), ("private", true), ("hidden", true),
            ("description", "what"), ("pulp_labels", new JsonObject { ["a"] = "b" }), ("content_guard", null));
        var href = (string)created["pulp_href"]!;
        Assert.True((bool)created["private"]! && (bool)created["hidden"]!);
        Assert.Null(created["no_content_change_since"]);
        Assert.Equal($"{Http.BaseAddress!.Authority}/{path}", (string)created["registry_path"]!);
        var space = await Pulp.CallAsync("pulp_container_namespaces_read", (string)created["namespace"]!);
        Assert.Equal(path.Split('/')[0], (string)space["name"]!);
        foreach (var key in new[] { "repository_version", "remote", "content_guard", "content_guard_prn", "prn" })
            Assert.True(created.ContainsKey(key), key);

        foreach (var (filter, value) in new[]
        {
            ("base_path", path), ("base_path__contains", path[2..]), ("base_path__icontains", path.ToUpperInvariant()),
            ("base_path__in", $"x,{path}"), ("repository", repository), ("repository__in", repository), ("name__in", name),
            ("pulp_label_select", "a=b"), ("namespace__name", path.Split('/')[0]),
        })
            Assert.Equal(href, (string)Assert.Single(
                await Pulp.ListAsync(Distributions + "list", null, (filter, value), ("name", name)))["pulp_href"]!);
        Assert.Single(await Pulp.ListAsync("distributions_list", null, ("name", name), ("pulp_type__in", "container.container")));

        Assert.Equal(200, (await Pulp.RefuseAsync(Distributions + "partial_update", href, Body(("name", name), ("private", true)))).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync(
            Distributions + "partial_update", href, Body(("repository_version", $"{repository}versions/0/")))).Status);
        await Pulp.CallAsync(Distributions + "partial_update", href, Body(("repository", ""), ("repository_version", $"{repository}versions/0/")));
        var pinned = await Pulp.CallAsync(Distributions + "read", href);
        Assert.Equal($"{repository}versions/0/", (string)pinned["repository_version"]!);
        Assert.NotNull(pinned["no_content_change_since"]);
        Assert.Empty(await Pulp.ListAsync(Distributions + "list", null, ("repository", repository)));
        await Pulp.CallAsync(Distributions + "set_label", href, Body(("key", "c"), ("value", null)));
        await Pulp.CallAsync(Distributions + "update", href, Body(("name", name + "x"), ("base_path", path + "x")));
        var replaced = await Pulp.CallAsync(Distributions + "read", href);
        Assert.Null(replaced["repository_version"]);
        Assert.False((bool)replaced["private"]!);
        Assert.Empty(replaced["pulp_labels"]!.AsObject());
        Assert.Equal(path + "x", (string)replaced["base_path"]!);

        await Pulp.CallAsync(Distributions + "delete", href);
        await Pulp.CallAsync(Repositories + "read", repository);
    }

    [Fact]
    public async Task Only_the_last_distribution_takes_its_repository_along_and_a_pinned_one_never()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var one = await CreateAsync(("name", Unique("d")), ("base_path", Unique("d")), ("repository", repository));
        var two = await CreateAsync(("name", Unique("d")), ("base_path", Unique("d")), ("repository", repository));
        await Pulp.CallAsync(Distributions + "delete", (string)one["pulp_href"]!);
        await Pulp.CallAsync(Repositories + "read", repository);
        await Pulp.CallAsync(Distributions + "delete", (string)two["pulp_href"]!);
        Assert.Equal(404, (await Pulp.RefuseAsync(Repositories + "read", repository)).Status);

        repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var pinned = await CreateAsync(
            ("name", Unique("d")), ("base_path", Unique("d")), ("repository_version", $"{repository}versions/0/"));
        await Pulp.CallAsync(Distributions + "delete", (string)pinned["pulp_href"]!);
        await Pulp.CallAsync(Repositories + "read", repository);
    }

    [Fact]
    public async Task Deleting_a_repository_leaves_its_distributions_with_nothing()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var latest = (string)(await CreateAsync(("name", Unique("d")), ("base_path", Unique("d")), ("repository", repository)))["pulp_href"]!;
        await Pulp.CallAsync(Repositories + "delete", repository);
        Assert.Null((await Pulp.CallAsync(Distributions + "read", latest))["repository"]);
    }

    [Fact]
    public async Task A_repository_is_not_deleted_while_a_distribution_pins_one_of_its_versions()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var name = Unique("pin");
        var pinned = (string)(await CreateAsync(
            ("name", name), ("base_path", Unique("d")), ("repository_version", $"{repository}versions/0/")))["pulp_href"]!;
        var refusal = await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.CallAsync(Repositories + "delete", repository));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("serves version 0", refusal.Message, StringComparison.Ordinal);
        Assert.NotNull((await Pulp.CallAsync(Distributions + "read", pinned))["repository_version"]);

        await Pulp.CallAsync(Distributions + "delete", pinned);
        await Pulp.CallAsync(Repositories + "delete", repository);
        Assert.Equal(404, (await Pulp.RefuseAsync(Repositories + "read", repository)).Status);
    }

    [Fact]
    public async Task A_namespace_takes_its_distributions_and_their_only_repositories_along()
    {
        var space = Unique("space");
        var created = await Pulp.CallAsync(
            "pulp_container_namespaces_create", body: Body(("name", space), ("pulp_labels", new JsonObject { ["a"] = "b" })));
        Assert.Equal("b", (string)created["pulp_labels"]!["a"]!);
        Assert.Equal(400, (await Pulp.RefuseAsync("pulp_container_namespaces_create", null, Body(("name", space)))).Status);
        foreach (var bad in new[] { "a/b", "A", "", " " })
            Assert.Equal(400, (await Pulp.RefuseAsync("pulp_container_namespaces_create", null, Body(("name", bad)))).Status);
        var (kept, gone) = ((string)(await RepositoryAsync())["pulp_href"]!, (string)(await RepositoryAsync())["pulp_href"]!);
        await CreateAsync(("name", Unique("d")), ("base_path", space + "/a"), ("repository", gone));
        await CreateAsync(("name", Unique("d")), ("base_path", space + "/b"), ("repository", kept));
        var elsewhere = await CreateAsync(("name", Unique("d")), ("base_path", Unique("d")), ("repository", kept));
        var task = await Pulp.CallAsync("pulp_container_namespaces_delete", (string)created["pulp_href"]!);
        var reserved = task["reserved_resources_record"]!.AsArray().Select(one => (string)one!);
        Assert.Equal(2, reserved.Count(one => one.StartsWith("prn:container.containerrepository:", StringComparison.Ordinal)));
        Assert.Empty(await Pulp.ListAsync("pulp_container_namespaces_list", null, ("name", space)));
        Assert.Empty(await Pulp.ListAsync(Distributions + "list", null, ("namespace__name", space)));
        Assert.Equal(404, (await Pulp.RefuseAsync(Repositories + "read", gone)).Status);
        await Pulp.CallAsync(Repositories + "read", kept);
        await Pulp.CallAsync(Distributions + "read", (string)elsewhere["pulp_href"]!);
    }

    private Task<JsonObject> CreateAsync(params (string, JsonNode?)[] fields) =>
        Pulp.CreateAsync(Distributions, Body(fields), DistributionPath);
}

public sealed class SqliteDistributionTests(SqliteServer server) : DistributionTests(server);

public sealed class PostgresDistributionTests(PostgresServer server) : DistributionTests(server);
