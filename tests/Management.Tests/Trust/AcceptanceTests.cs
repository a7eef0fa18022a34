using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Trust;

/// <summary>A repository takes only what meets a policy: at once, in time, or not at all.</summary>
public abstract class AcceptanceTests(RevokingRegistry registry) : TrustScenario(registry)
{
    [Fact]
    public async Task What_is_not_accepted_is_held_back_until_it_is()
    {
        var (name, key) = (NameHere(), new SigningKey());
        await ImageAsync(name, "first");
        var policy = await AcceptAsync(name, SignedBy(key), null);
        var image = await ImageAsync(name);
        Assert.False(await IsServedAsync(name, "1.0"));
        var explained = await ExplainAsync($"image={name}:1.0");
        Assert.Equal((policy, "refused"), ((string)explained["policy"]!, (string)explained["pull"]!));
        await SignAsync(name, image, key);
        Assert.True(await IsServedAsync(name, "1.0"));
        Assert.True(await IsServedAsync(name, image));
    }

    [Fact]
    public async Task What_is_not_accepted_in_time_is_taken_away_and_what_was_there_before_stays()
    {
        var (name, key) = (NameHere(), new SigningKey());
        var before = await ImageAsync(name, "before");
        await SignAsync(name, before, key);
        await AcceptAsync(name, SignedBy(key), 0);
        await Push.ChangedAsync(Http, name, "before", "refused", manifest => manifest["annotations"] = new JsonObject { ["a"] = "b" });
        await TagAsync(name, before, "accepted");
        var task = await UntilEndedAsync(name, "refused");
        Assert.Equal("refused", (string?)task["result"]!["tags"]![0]!["tag"]);
        Assert.Contains("has none of this kind", (string)task["result"]!["tags"]![0]!["why"]!, StringComparison.Ordinal);
        Assert.Equal(["accepted", "before"], await TagsAsync(name));
        Assert.True(await IsServedAsync(name, "accepted"));
    }

    [Fact]
    public async Task Time_that_is_left_is_left()
    {
        var (name, late) = (NameHere(), NameHere());
        await ImageAsync(name, "first");
        await ImageAsync(late, "first");
        await AcceptAsync(name, SignedBy(new SigningKey()), 60);
        await AcceptAsync(late, SignedBy(new SigningKey()), 0);
        await ImageAsync(name, "new");
        await ImageAsync(late, "new");
        await UntilEndedAsync(late, "new");
        Assert.Equal(["first", "new"], await TagsAsync(name));
    }

    [Fact]
    public async Task A_time_is_for_something_and_a_policy_in_use_stays()
    {
        var name = NameHere();
        await ImageAsync(name);
        var repository = await RepositoryAsync(name);
        var (status, body) = await Pulp.RefuseAsync(Repositories + "partial_update", repository, new() { ["accept_minutes"] = 5 });
        Assert.Equal(400, status);
        Assert.NotNull(JsonNode.Parse(body)!["accept_minutes"]);
        var policy = await AcceptAsync(name, SignedBy(new SigningKey()), 5);
        var read = await Pulp.CallAsync(Repositories + "read", repository);
        Assert.Equal((policy, 5), ((string)read["accept"]!, (int)read["accept_minutes"]!));
        await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.CallAsync("trust_policies_delete", policy));
        await Pulp.CallAsync(Repositories + "partial_update", repository, new() { ["accept"] = null });
        Assert.True(await IsServedAsync(name, "1.0"));
        await Pulp.CallAsync("trust_policies_delete", policy);
    }

    private async Task<string> AcceptAsync(string name, JsonObject document, int? minutes)
    {
        var policy = await PolicyAsync(document, "off");
        await Pulp.CallAsync(
            Repositories + "partial_update", await RepositoryAsync(name),
            new() { ["accept"] = policy, ["accept_minutes"] = minutes });
        return policy;
    }

    private async Task TagAsync(string name, string image, string tag) => await Pulp.CallAsync(
        Repositories + "tag", await RepositoryAsync(name), new() { ["tag"] = tag, ["digest"] = image });

    private async Task<List<string>> TagsAsync(string name) =>
        [.. JsonNode.Parse(await Http.GetStringAsync($"/v2/{name}/tags/list"))!["tags"]!.AsArray().Select(tag => (string)tag!)];

    // Nodes look by themselves, several times a second here.
    private async Task<JsonObject> UntilEndedAsync(string name, string tag)
    {
        for (var attempt = 0; (await TagsAsync(name)).Contains(tag); attempt++)
            Assert.True(attempt < 20_000, "It is there still.");
        for (var attempt = 0; ; attempt++)
        {
            var tasks = await Pulp.ListAsync("tasks_list", null, ("name", "orleans_registry.tasks.accept_tags"));
            if (tasks.FirstOrDefault(task => task["result"]?["tags"]?[0]?["tag"]?.GetValue<string>() == tag) is { } ended)
                return ended;
            Assert.True(attempt < 1_000, "No task says so.");
        }
    }
}

public sealed class AcceptanceTestsOnSqlite(AcceptingOnSqlite registry)
    : AcceptanceTests(registry), IClassFixture<AcceptingOnSqlite>;

public sealed class AcceptanceTestsOnPostgres(AcceptingOnPostgres registry)
    : AcceptanceTests(registry), IClassFixture<AcceptingOnPostgres>;

public sealed class AcceptingOnSqlite() : AcceptingRegistry(new SqliteEngine());

public sealed class AcceptingOnPostgres() : AcceptingRegistry(new PostgresEngine());
