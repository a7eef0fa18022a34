using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The journal says who pulled, and says it to administrators alone.</summary>
public abstract class PullJournalTests(GuardedRegistry registry)
{
    private const string Pulls = "/pulp/api/v3/pulls/";

    private readonly string _name = $"pulled/{Guid.NewGuid():N}";

    [Fact]
    public async Task A_user_is_named_and_a_stranger_who_says_nothing_is_not()
    {
        var image = await registry.PushAsync(_name);
        await registry.Client.GetAsync($"/v2/{_name}/manifests/v1", GuardedRegistry.As("reader")).Answers(200);
        var bearer = GuardedRegistry.Bearer(await registry.TokenAsync("reader", $"repository:{_name}:pull"));
        await registry.Client.GetAsync($"/v2/{_name}/manifests/{image.Digest}", [bearer]).Answers(200);
        await registry.Client.GetAsync($"/v2/{_name}/manifests/v1").Answers(200);

        var rows = await ListAsync("");
        Assert.Equal(2, rows.Count);
        var reader = Assert.Single(await ListAsync("&user=reader"));
        Assert.Equal(("reader", 2, "v1"), ((string)reader["username"]!, (int)reader["count"]!, (string)reader["tag"]!));
        Assert.Equal(reader.ToJsonString(), Assert.Single(await ListAsync($"&user={reader["user"]}")).ToJsonString());
        Assert.Null(Assert.Single(await ListAsync("&user=null"))["username"]);
    }

    [Theory]
    [InlineData("", 401)]
    [InlineData("stranger", 403)]
    [InlineData("reader", 403)]
    [InlineData("writer", 403)]
    [InlineData("admin", 200)]
    public async Task Only_administrators_read_it(string user, int status)
    {
        using var answer = await registry.RestAsync(user, "GET", Pulls);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private async Task<IReadOnlyList<JsonNode>> ListAsync(string filter)
    {
        using var answer = await registry.RestAsync("admin", "GET", $"{Pulls}?repository={_name}{filter}");
        return [.. (await answer.JsonAsync())["results"]!.AsArray().Select(row => row!)];
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class PullJournalTestsOnSqlite(GuardedOnSqlite registry) : PullJournalTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class PullJournalTestsOnPostgres(GuardedOnPostgres registry) : PullJournalTests(registry);
