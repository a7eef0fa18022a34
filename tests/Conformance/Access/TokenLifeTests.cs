using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>A token is worth what its owner is now: at once for changes, within a second for reads.</summary>
public abstract class TokenLifeTests(GuardedRegistry registry)
{
    private const string NewPassword = "another password of some length";

    private readonly string _user = $"user{Guid.NewGuid():N}";
    private readonly string _name = $"life/{Guid.NewGuid():N}";

    [Theory]
    [InlineData("deleted")]
    [InlineData("made again")]
    [InlineData("disabled")]
    [InlineData("disabled and enabled")]
    [InlineData("given a password")]
    [InlineData("renamed")]
    [InlineData("deprived of the role")]
    public async Task A_token_ends_when_its_owner_is(string what)
    {
        await registry.PushAsync(_name, isPrivate: true);
        var href = await registry.AddUserAsync(_user, "writer");
        var token = GuardedRegistry.Bearer(
            await registry.TokenAsync(_user, $"repository:{_name}:pull,push,delete"));
        await PullAsync(token).Answers(200);
        await PushAsync(token).Answers(202);

        await ChangeAsync(what, href);
        await PushAsync(token).Answers(401, "UNAUTHORIZED");
        await registry.Client.SendAsync("DELETE", $"/v2/{_name}/manifests/v1", null, token).Answers(401, "UNAUTHORIZED");
        await EndsAsync(token);
    }

    [Fact]
    public async Task A_mount_asks_for_the_right_of_this_moment()
    {
        var target = $"{_user}/target";
        var source = $"life/{Guid.NewGuid():N}";
        var image = await registry.PushAsync(source);
        await registry.AddUserAsync(_user);
        var config = JsonNode.Parse(image.Bytes)!["config"]!["digest"]!.GetValue<string>();
        var token = GuardedRegistry.Bearer(await registry.TokenAsync(
            _user, $"repository:{target}:pull,push", $"repository:{source}:pull"));
        var mount = $"/v2/{target}/blobs/uploads/?mount={config}&from={source}";
        await registry.Client.SendAsync("POST", mount, null, token).Answers(201);
        await registry.SetPrivateAsync(source, true);
        await registry.Client.SendAsync("POST", mount, null, token).Answers(202);
    }

    [Fact]
    public async Task An_anonymous_token_reads_nothing_that_was_made_private()
    {
        await registry.PushAsync(_name);
        var token = GuardedRegistry.Bearer(await registry.TokenAsync("", $"repository:{_name}:pull"));
        await PullAsync(token).Answers(200);
        await registry.SetPrivateAsync(_name, true);
        await EndsAsync(token);
    }

    [Fact]
    public async Task What_a_start_sets_again_ends_no_tokens()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        string[] settings =
        [
            "--Access:Authentication=true", $"--Access:AdminPassword={GuardedRegistry.Password}",
            "--Listen:PublicUrl=http://registry.example.com",
        ];
        var first = await site.StartAsync(settings);
        using var issued = await first.Client.GetAsync(
            "/token/?service=registry.example.com", GuardedRegistry.As("admin"));
        var token = GuardedRegistry.Bearer((await issued.JsonAsync())["token"]!.GetValue<string>());
        await first.KillAsync();
        var second = await site.StartAsync(settings);
        await second.Client.GetAsync("/v2/", token).Answers(200);
    }

    private async Task ChangeAsync(string what, string href)
    {
        if (what is "deleted" or "made again")
            await DoneAsync("DELETE", href);
        if (what is "made again")
            await registry.AddUserAsync(_user, "writer");
        if (what.StartsWith("disabled", StringComparison.Ordinal))
            await DoneAsync("PATCH", href, new() { ["is_active"] = false });
        if (what is "disabled and enabled")
            await DoneAsync("PATCH", href, new() { ["is_active"] = true });
        if (what is "given a password")
            await DoneAsync("PATCH", href, new() { ["password"] = NewPassword });
        if (what is "renamed")
            await DoneAsync("PATCH", href, new() { ["username"] = $"{_user}2" });
        if (what is "deprived of the role")
        {
            using var roles = await registry.RestAsync("admin", "GET", $"{href}roles/");
            await DoneAsync("DELETE", (await roles.JsonAsync())["results"]![0]!["pulp_href"]!.GetValue<string>());
        }
    }

    private async Task DoneAsync(string method, string path, JsonObject? body = null)
    {
        using var answer = await registry.RestAsync("admin", method, path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode}");
    }

    private Task<HttpResponseMessage> PullAsync(string token) =>
        registry.Client.GetAsync($"/v2/{_name}/manifests/v1", token);

    private Task<HttpResponseMessage> PushAsync(string token) =>
        registry.Client.SendAsync("POST", $"/v2/{_name}/blobs/uploads/", null, token);

    private Task EndsAsync(string token) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await PullAsync(token);
            return (int)answer.StatusCode == 401;
        },
        "the end of reading by the token");
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class TokenLifeTestsOnSqlite(GuardedOnSqlite registry) : TokenLifeTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class TokenLifeTestsOnPostgres(GuardedOnPostgres registry) : TokenLifeTests(registry);
