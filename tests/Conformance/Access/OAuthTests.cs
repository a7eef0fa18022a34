using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Tokens by a form, and by refresh tokens, as docker and containerd ask for them first.</summary>
public abstract class OAuthTests(GuardedRegistry registry)
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded";

    private readonly string _user = $"user{Guid.NewGuid():N}";
    private readonly string _name = $"oauth/{Guid.NewGuid():N}";

    private string Service => registry.Client.Authority;

    [Fact]
    public async Task A_password_in_a_form_gives_a_token_that_works()
    {
        await registry.PushAsync(_name, isPrivate: true);
        var answer = await GrantAsync($"repository:{_name}:pull,push", ("grant_type", "password"),
            ("username", "reader"), ("password", GuardedRegistry.Password), ("client_id", "docker"));
        Assert.Equal($"repository:{_name}:pull", Text(answer["scope"]));
        Assert.Equal(300, answer["expires_in"]!.GetValue<int>());
        Assert.True(DateTimeOffset.TryParse(Text(answer["issued_at"]), out _));
        Assert.Null(answer["refresh_token"]);
        await PullAsync(Text(answer["access_token"])).Answers(200);
    }

    [Theory]
    [InlineData("form")]
    [InlineData("query")]
    public async Task A_refresh_token_gives_tokens_until_the_password_changes(string how)
    {
        await registry.PushAsync(_name, isPrivate: true);
        var href = await registry.AddUserAsync(_user, "reader");
        var refresh = await RefreshTokenAsync(how);
        var scopes = $"repository:{_name}:pull registry:catalog:*";
        var answer = await GrantAsync(scopes, ("grant_type", "refresh_token"), ("refresh_token", refresh));
        Assert.Equal(scopes, Text(answer["scope"]));
        Assert.Equal(refresh, Text(answer["refresh_token"]));
        await PullAsync(Text(answer["access_token"])).Answers(200);

        // Neither token passes for the other.
        await registry.Client.GetAsync("/v2/", GuardedRegistry.Bearer(refresh)).Answers(401, "UNAUTHORIZED");
        await AskAsync(scopes, ("grant_type", "refresh_token"), ("refresh_token", Text(answer["access_token"])))
            .Answers(401, "UNAUTHORIZED");
        await AskAsync(scopes, ("grant_type", "refresh_token"), ("refresh_token", refresh), ("service", "elsewhere"))
            .Answers(401, "UNAUTHORIZED");

        using var changed = await registry.RestAsync(
            "admin", "PATCH", href, new JsonObject { ["password"] = "another password of some length" });
        Assert.Equal(200, (int)changed.StatusCode);
        await AskAsync(scopes, ("grant_type", "refresh_token"), ("refresh_token", refresh)).Answers(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task An_anonymous_caller_gets_no_refresh_token()
    {
        using var answer = await registry.Client.GetAsync($"/token/?service={Service}&offline_token=true");
        Assert.Null((await answer.JsonAsync())["refresh_token"]);
    }

    [Fact]
    public async Task What_is_no_grant_is_refused()
    {
        await AskAsync("", ("grant_type", "password"), ("username", "reader"), ("password", "wrong"))
            .Answers(401, "UNAUTHORIZED");
        await AskAsync("", ("grant_type", "password")).Answers(401, "UNAUTHORIZED");
        await AskAsync("", ("grant_type", "refresh_token"), ("refresh_token", new string('x', 5000)))
            .Answers(401, "UNAUTHORIZED");
        await AskAsync("", ("grant_type", "password"), ("username", new string('x', 20_000))).Answers(413, "SIZE_INVALID");
        foreach (var (body, error) in new[]
        {
            ("", "invalid_request"), ("grant_type=password", "invalid_request"),
            ($"service={Service}&grant_type=device", "unsupported_grant_type"), ("{}", "invalid_request"),
        })
        {
            using var answer = await registry.Client.SendAsync("POST", "/token/", Bytes(body), Form);
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Equal(error, Text((await answer.JsonAsync())["error"]));
        }
    }

    private async Task<string> RefreshTokenAsync(string how)
    {
        if (how == "form")
            return Text((await GrantAsync(
                "", ("grant_type", "password"), ("username", _user), ("password", GuardedRegistry.Password),
                ("access_type", "offline")))["refresh_token"]);
        using var answer = await registry.Client.GetAsync(
            $"/token/?service={Service}&offline_token=true", GuardedRegistry.As(_user));
        return Text((await answer.JsonAsync())["refresh_token"]);
    }

    private async Task<JsonNode> GrantAsync(string scope, params (string Name, string Value)[] fields)
    {
        using var answer = await AskAsync(scope, fields).Answers(200);
        return await answer.JsonAsync();
    }

    private Task<HttpResponseMessage> AskAsync(string scope, params (string Name, string Value)[] fields)
    {
        var all = fields.Append(("service", Service)).Append(("scope", scope));
        var body = string.Join('&', all.Select(field => $"{field.Item1}={Uri.EscapeDataString(field.Item2)}"));
        return registry.Client.SendAsync("POST", "/token/", Bytes(body), Form);
    }

    private Task<HttpResponseMessage> PullAsync(string token) =>
        registry.Client.GetAsync($"/v2/{_name}/manifests/v1", GuardedRegistry.Bearer(token));

    private static byte[] Bytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class OAuthTestsOnSqlite(GuardedOnSqlite registry) : OAuthTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class OAuthTestsOnPostgres(GuardedOnPostgres registry) : OAuthTests(registry);
