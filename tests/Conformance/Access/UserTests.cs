using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Administrators manage users; what they change holds from the next request on.</summary>
public abstract class UserTests(GuardedRegistry registry)
{
    private const string Users = "/pulp/api/v3/users/";

    private readonly string _name = $"user{Guid.NewGuid():N}";

    [Fact]
    public async Task A_user_is_created_listed_changed_and_deleted()
    {
        using var created = await registry.RestAsync("admin", "POST", Users, new JsonObject
        {
            ["username"] = _name,
            ["password"] = "correct horse",
            ["first_name"] = "A",
            ["email"] = "",
            ["is_staff"] = true,
        });
        Assert.Equal(201, (int)created.StatusCode);
        var user = await created.JsonAsync();
        var href = user["pulp_href"]!.GetValue<string>();
        Assert.DoesNotContain("correct", user.ToJsonString());
        Assert.True(user["hidden_fields"]![0]!["is_set"]!.GetValue<bool>());

        using var found = await registry.RestAsync("admin", "GET", $"{Users}?username={_name}");
        Assert.Equal(href, (await found.JsonAsync())["results"]![0]!["pulp_href"]!.GetValue<string>());

        Assert.Equal(200, await StatusAsync("/v2/", "correct horse"));
        using var changed = await registry.RestAsync(
            "admin", "PATCH", href, new JsonObject { ["password"] = "battery staple" });
        Assert.Equal(200, (int)changed.StatusCode);
        Assert.Equal("A", (await changed.JsonAsync())["first_name"]!.GetValue<string>());
        Assert.Equal(401, await StatusAsync("/v2/", "correct horse"));
        Assert.Equal(200, await StatusAsync("/v2/", "battery staple"));

        await PatchAsync(href, new JsonObject { ["is_active"] = false });
        Assert.Equal(401, await StatusAsync("/v2/", "battery staple"));
        await PatchAsync(href, new JsonObject { ["is_active"] = true, ["password"] = null });
        Assert.Equal(401, await StatusAsync("/v2/", "battery staple"));

        Assert.Equal(204, (int)(await registry.RestAsync("admin", "DELETE", href)).StatusCode);
        Assert.Equal(404, (int)(await registry.RestAsync("admin", "GET", href)).StatusCode);
        Assert.Equal(404, (int)(await registry.RestAsync("admin", "DELETE", href)).StatusCode);
    }

    [Fact]
    public async Task A_role_is_given_and_taken()
    {
        var href = await registry.AddUserAsync(_name);
        Assert.Equal(403, await StatusAsync("/pulp/api/v3/tasks/", GuardedRegistry.Password));
        using var given = await registry.RestAsync("admin", "POST", $"{href}roles/", new JsonObject { ["role"] = "reader" });
        var role = (await given.JsonAsync())["pulp_href"]!.GetValue<string>();
        Assert.Equal(200, await StatusAsync("/pulp/api/v3/tasks/", GuardedRegistry.Password));
        using var again = await registry.RestAsync("admin", "POST", $"{href}roles/", new JsonObject { ["role"] = "reader" });
        Assert.Equal(400, (int)again.StatusCode);

        using var listed = await registry.RestAsync("admin", "GET", $"{href}roles/?role=reader");
        Assert.Equal(role, (await listed.JsonAsync())["results"]![0]!["pulp_href"]!.GetValue<string>());
        Assert.Equal(200, (int)(await registry.RestAsync("admin", "GET", role)).StatusCode);
        Assert.Equal(204, (int)(await registry.RestAsync("admin", "DELETE", role)).StatusCode);
        Assert.Equal(403, await StatusAsync("/pulp/api/v3/tasks/", GuardedRegistry.Password));
    }

    [Fact]
    public async Task The_last_administrator_stays_one()
    {
        using var found = await registry.RestAsync("admin", "GET", $"{Users}?username=admin");
        var href = (await found.JsonAsync())["results"]![0]!["pulp_href"]!.GetValue<string>();
        using var roles = await registry.RestAsync("admin", "GET", $"{href}roles/");
        var role = (await roles.JsonAsync())["results"]![0]!["pulp_href"]!.GetValue<string>();
        Assert.Equal(409, (int)(await registry.RestAsync("admin", "DELETE", href)).StatusCode);
        Assert.Equal(409, (int)(await registry.RestAsync("admin", "DELETE", role)).StatusCode);
        using var idle = await registry.RestAsync("admin", "PATCH", href, new JsonObject { ["is_active"] = false });
        Assert.Equal(409, (int)idle.StatusCode);
        using var mute = await registry.RestAsync("admin", "PATCH", href, new JsonObject { ["password"] = null });
        Assert.Equal(409, (int)mute.StatusCode);
    }

    [Theory]
    [InlineData("""{}""", "username")]
    [InlineData("""{"username":""}""", "username")]
    [InlineData("""{"username":"two words"}""", "username")]
    [InlineData("""{"username":"admin"}""", "username")]
    [InlineData("""{"username":"ａｄｍｉｎ"}""", "username")]
    [InlineData("""{"username":"NEW","password":"short"}""", "password")]
    [InlineData("""{"username":"NEW","password":"1234567890"}""", "password")]
    [InlineData("""{"username":"NEW","password":"my NEW password"}""", "password")]
    [InlineData("""{"username":"NEW","password":42}""", "password")]
    [InlineData("""{"username":"NEW","is_active":"yes"}""", "is_active")]
    [InlineData("""{"username":"NEW","groups":[]}""", "groups")]
    public async Task A_user_that_will_not_do_is_refused(string body, string field)
    {
        using var answer = await registry.RestAsync("admin", "POST", Users, JsonNode.Parse(body.Replace("NEW", _name)));
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.NotEmpty((await answer.JsonAsync())[field]!.AsArray());
    }

    [Fact]
    public async Task Everybody_may_change_his_own_password_and_nothing_that_gives_rights()
    {
        var href = await registry.AddUserAsync(_name);
        Assert.Equal(200, (int)(await registry.RestAsync(_name, "GET", href)).StatusCode);
        using var risen = await registry.RestAsync(_name, "PATCH", href, new JsonObject { ["is_staff"] = true });
        Assert.Equal(403, (int)risen.StatusCode);
        using var renamed = await registry.RestAsync(_name, "PATCH", href, new JsonObject { ["username"] = "other" });
        Assert.Equal(403, (int)renamed.StatusCode);
        using var changed = await registry.RestAsync(
            _name, "PATCH", href, new JsonObject { ["password"] = "another good one" });
        Assert.Equal(200, (int)changed.StatusCode);
        Assert.Equal(200, await StatusAsync("/v2/", "another good one"));
    }

    [Fact]
    public async Task A_task_says_who_asked_for_it_and_is_ended_by_nobody_else_but_administrators()
    {
        var writer = await registry.AddUserAsync(_name, "writer");
        using var created = await registry.RestAsync(
            _name, "POST", "/pulp/api/v3/repositories/container/container/", new JsonObject { ["name"] = _name });
        var repository = (await created.JsonAsync())["pulp_href"]!.GetValue<string>();
        using var deleted = await registry.RestAsync(_name, "DELETE", repository);
        var task = (await deleted.JsonAsync())["task"]!.GetValue<string>();
        await registry.EndOfAsync(task);
        using var read = await registry.RestAsync("reader", "GET", task);
        Assert.Equal(writer, (await read.JsonAsync())["created_by"]!.GetValue<string>());

        Assert.Equal(403, (int)(await registry.RestAsync("writer", "DELETE", task)).StatusCode);
        Assert.Equal(204, (int)(await registry.RestAsync("admin", "DELETE", task)).StatusCode);
    }

    private async Task PatchAsync(string href, JsonObject body)
    {
        using var answer = await registry.RestAsync("admin", "PATCH", href, body);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private async Task<int> StatusAsync(string path, string password)
    {
        using var answer = await registry.Client.GetAsync(path, GuardedRegistry.As(_name, password));
        return (int)answer.StatusCode;
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class UserTestsOnSqlite(GuardedOnSqlite registry) : UserTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class UserTestsOnPostgres(GuardedOnPostgres registry) : UserTests(registry);
