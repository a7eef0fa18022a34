using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Changes of settings that follow each other, or wait together. Source: Pulp's REST: asynchronous operations.</summary>
public abstract class UpdateTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task An_update_that_nothing_holds_up_has_ended_when_it_is_answered()
    {
        var href = (string)(await RepositoryAsync())["pulp_href"]!;
        var task = await Pulp.StartAsync(Repositories + "partial_update", href, Body(("description", "what")));
        Assert.Equal("completed", (string)(await Pulp.CallAsync("tasks_read", task))["state"]!);
    }

    // As the command line does it: nothing is served first, then the other thing.
    [Fact]
    public async Task What_a_distribution_serves_is_changed_from_a_repository_to_a_version_and_back()
    {
        var (name, repository) = await PushedAsync();
        var distribution = await DistributionOfAsync(name);
        var version = $"{repository}versions/1/";
        for (var i = 0; i < 10; i++)
        {
            await ChangeAsync(distribution, ("repository", null));
            await ChangeAsync(distribution, ("repository_version", version));
            Assert.Equal((null, version), await ServedAsync(distribution));
            await ChangeAsync(distribution, ("repository_version", null));
            await ChangeAsync(distribution, ("repository", repository));
            Assert.Equal((repository, null), await ServedAsync(distribution));
        }
    }

    [Fact]
    public async Task Changes_of_a_repository_that_wait_together_are_all_made()
    {
        var (name, href) = await PushedAsync();
        await using var held = await HeldRepair.StartAsync(Server, href);
        var tasks = await StartAsync(
            Repositories, href, Body(("description", "what")), Body(("retain_repo_versions", 7)), Body(("name", name + "x")));
        await Pulp.CallAsync(Repositories + "set_label", href, Body(("key", "stage"), ("value", "prod")));
        tasks = [.. tasks, .. await StartAsync(Repositories, href, Body(("description", "what else")))];
        held.LetGo();
        await FollowAsync(tasks);
        var changed = await Pulp.CallAsync(Repositories + "read", href);
        Assert.Equal(
            (name + "x", "what else", 7),
            ((string)changed["name"]!, (string)changed["description"]!, (int)changed["retain_repo_versions"]!));
        Assert.Equal("prod", (string)changed["pulp_labels"]!["stage"]!);
    }

    [Fact]
    public async Task Changes_of_a_distribution_that_wait_together_are_all_made()
    {
        var (name, repository) = await PushedAsync();
        var href = await DistributionOfAsync(name);
        await using var held = await HeldRepair.StartAsync(Server, repository);
        // What only reads the repository waits behind this one.
        var first = await StartAsync(Repositories, repository, Body(("description", "first")));
        var tasks = await StartAsync(
            Distributions, href, Body(("description", "what")), Body(("private", true)), Body(("base_path", name + "/moved")));
        await Pulp.CallAsync(Distributions + "set_label", href, Body(("key", "stage"), ("value", "prod")));
        held.LetGo();
        await FollowAsync([.. first, .. tasks]);
        var changed = await Pulp.CallAsync(Distributions + "read", href);
        Assert.Equal(
            ("what", true, name + "/moved", repository),
            ((string)changed["description"]!, (bool)changed["private"]!, (string)changed["base_path"]!, (string)changed["repository"]!));
        Assert.Equal("prod", (string)changed["pulp_labels"]!["stage"]!);
        Assert.Equal(200, await PullAsync(name + "/moved", "1"));
        Assert.Equal(404, await PullAsync(name, "1"));
    }

    [Fact]
    public async Task Changes_of_a_remote_that_are_sent_together_are_all_made_its_secrets_too()
    {
        for (var round = 0; round < 5; round++)
        {
            var href = (string)(await Pulp.CallAsync(
                Remotes + "create",
                body: Body(("name", Unique("r")), ("url", "https://one.example.com"), ("upstream_name", "a"))))["pulp_href"]!;
            await FollowAsync(await StartAsync(
                Remotes, href,
                Body(("password", "secret")), Body(("username", "user")), Body(("url", "https://two.example.com")),
                Body(("rate_limit", 3))));
            var changed = await Pulp.CallAsync(Remotes + "read", href);
            Assert.Equal(("https://two.example.com", 3), ((string)changed["url"]!, (int)changed["rate_limit"]!));
            Assert.Equal(
                ["password", "username"],
                changed["hidden_fields"]!.AsArray().Where(field => (bool)field!["is_set"]!)
                    .Select(field => (string)field!["name"]!).Order());
        }
    }

    private async Task<(string Name, string Repository)> PushedAsync()
    {
        var name = Unique("update");
        await Push.ImageAsync(Http, name, "1", name);
        return (name, await RepositoryOfAsync(name));
    }

    private async Task<string> DistributionOfAsync(string name) =>
        (string)Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("name", name)))["pulp_href"]!;

    private Task<string[]> StartAsync(string prefix, string href, params IEnumerable<JsonObject> bodies) =>
        Task.WhenAll(bodies.Select(body => Pulp.StartAsync(prefix + "partial_update", href, body)));

    private Task<JsonObject[]> FollowAsync(IEnumerable<string> tasks) => Task.WhenAll(tasks.Select(Pulp.FollowAsync));

    private async Task ChangeAsync(string distribution, (string, JsonNode?) field) =>
        await Pulp.CallAsync(Distributions + "partial_update", distribution, Body(field));

    private async Task<(string? Repository, string? Version)> ServedAsync(string distribution)
    {
        var read = await Pulp.CallAsync(Distributions + "read", distribution);
        return ((string?)read["repository"], (string?)read["repository_version"]);
    }
}

public sealed class UpdateTestsOnSqlite(SqliteServer server) : UpdateTests(server);

public sealed class UpdateTestsOnPostgres(PostgresServer server) : UpdateTests(server);
