using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Who guesses passwords keeps nobody else from logging in.</summary>
public sealed class LoginCrowdTests
{
    private const int Crowd = 300;
    private const string Elsewhere = "198.51.100.7";
    private const string Guesser = "203.0.113.9";

    [Fact]
    public async Task A_crowd_of_guesses_from_one_address_refuses_no_login_from_another_one_and_of_no_other_account()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await StartAsync(site);
        var users = new List<string>();
        for (var i = 0; i < 6; i++)
            users.Add(await AddUserAsync(node));

        var crowd = Enumerable.Range(0, Crowd).Select(i => StatusAsync(node, Guesser, "admin", $"guess {i}")).ToList();
        var logins = new List<Task<int>> { StatusAsync(node, Elsewhere, "admin", GuardedRegistry.Password) };
        logins.AddRange(users.Select((user, i) =>
            StatusAsync(node, i < 3 ? Elsewhere : Guesser, user, GuardedRegistry.Password)));
        Assert.All(await Task.WhenAll(logins), status => Assert.Equal(200, status));
        Assert.All(await Task.WhenAll(crowd), status => Assert.True(status is 401 or 429, $"{status}"));
        Assert.Contains(429, await Task.WhenAll(crowd));

        // The one who guessed waits, with the right password too; nobody else does.
        Assert.Equal(429, await StatusAsync(node, Guesser, "admin", "one more"));
        Assert.Equal(200, await StatusAsync(node, "198.51.100.8", "admin", GuardedRegistry.Password));
        await LoggedAsync(node, $"A login as 'admin' from {Guesser} failed");
        Assert.InRange(node.Output.Split('\n').Count(line => line.Contains(Guesser, StringComparison.Ordinal)), 1, 20);
        Assert.DoesNotContain("guess ", node.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_not_written_to_the_log()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await StartAsync(site);
        Assert.Equal(401, await StatusAsync(node, Guesser, "hunter2-typed-into-the-wrong-field", "x"));
        await LoggedAsync(node, $"A login from {Guesser} failed");
        Assert.DoesNotContain("hunter2", node.Output);
    }

    [Fact]
    public async Task One_password_that_comes_many_times_at_once_is_compared_once()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await StartAsync(site);
        var user = await AddUserAsync(node);
        var logins = Enumerable.Range(0, Crowd).Select(_ => StatusAsync(node, Guesser, user, GuardedRegistry.Password));
        Assert.All(await Task.WhenAll(logins), status => Assert.Equal(200, status));
    }

    private static Task<RegistryProcess> StartAsync(Site site) => site.StartAsync(
        "--Access:Authentication=true", $"--Access:AdminPassword={GuardedRegistry.Password}",
        "--Listen:TrustedProxies=127.0.0.1");

    private static Task LoggedAsync(RegistryProcess node, string text) => Eventually.TrueAsync(
        () => Task.FromResult(node.Output.Contains(text, StringComparison.Ordinal)), $"\"{text}\" in the log");

    private static async Task<string> AddUserAsync(RegistryProcess node)
    {
        var name = $"user{Guid.NewGuid():N}";
        var body = new JsonObject { ["username"] = name, ["password"] = GuardedRegistry.Password };
        using var created = await node.Client.SendStreamAsync(
            "POST", "/pulp/api/v3/users/", JsonContent(body), GuardedRegistry.As("admin"));
        Assert.Equal(201, (int)created.StatusCode);
        return name;
    }

    private static StringContent JsonContent(JsonObject body) =>
        new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");

    private static async Task<int> StatusAsync(RegistryProcess node, string address, string user, string password)
    {
        using var answer = await node.Client.GetAsync(
            $"/token/?service={node.Client.Authority}",
            [.. GuardedRegistry.As(user, password), $"X-Forwarded-For: {address}"]);
        return (int)answer.StatusCode;
    }
}
