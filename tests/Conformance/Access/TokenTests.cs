using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Tokens give what their user may do, for what they were asked for, and for a short time.</summary>
public abstract class TokenTests(GuardedRegistry registry)
{
    private RegistryClient Client => registry.Client;

    [Theory]
    [InlineData("GET", "/v2/", null)]
    [InlineData("GET", "/v2/_catalog", "registry:catalog:*")]
    [InlineData("GET", "/v2/a/b/manifests/v1", "repository:a/b:pull")]
    [InlineData("HEAD", "/v2/a/b/manifests/v1", "repository:a/b:pull")]
    [InlineData("PUT", "/v2/a/b/manifests/v1", "repository:a/b:pull,push")]
    [InlineData("POST", "/v2/a/b/blobs/uploads/", "repository:a/b:pull,push")]
    [InlineData("DELETE", "/v2/a/b/manifests/v1", "repository:a/b:delete")]
    [InlineData("POST", "/v2/a/b/blobs/uploads/?mount=x&from=c/d", "repository:a/b:pull,push repository:c/d:pull")]
    public async Task A_challenge_names_the_token_that_is_needed(string method, string path, string? scope)
    {
        var answer = await Client.SendAsync(method, path).Answers(401, method == "HEAD" ? null : "UNAUTHORIZED");
        Assert.Equal(
            $"Bearer realm=\"{Client.Address}token/\",service=\"{Client.Authority}\""
            + (scope is null ? "" : $",scope=\"{scope}\""),
            answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("", "pull,push", "")]
    [InlineData("stranger", "pull,push,delete", "")]
    [InlineData("reader", "pull,push,delete", "pull")]
    [InlineData("writer", "pull,push,delete", "pull,push,delete")]
    [InlineData("writer", "*", "pull,push,delete")]
    [InlineData("writer", "push", "pull,push")]
    [InlineData("writer", "fly", "")]
    public async Task A_token_gives_what_was_asked_for_as_far_as_the_user_may(string user, string asked, string given)
    {
        var name = $"tokens/{Guid.NewGuid():N}";
        await registry.PushAsync(name, isPrivate: true);
        var access = Claims(await registry.TokenAsync(user, $"repository:{name}:{asked}"))["access"]!.AsArray();
        var actions = access.Count == 0 ? "" : string.Join(',', access[0]!["actions"]!.AsArray().Select(Text));
        Assert.Equal(given, actions);
    }

    [Fact]
    public async Task A_token_says_whose_it_is_and_holds_for_five_minutes()
    {
        var claims = Claims(await registry.TokenAsync("reader"));
        Assert.Equal("reader", Text(claims["sub"]));
        Assert.Equal(Client.Authority, Text(claims["aud"]));
        Assert.Equal(300, claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>());
        Assert.Empty(claims["access"]!.AsArray());
    }

    [Fact]
    public async Task A_token_is_good_for_its_scope_only()
    {
        var (one, other) = ($"tokens/{Guid.NewGuid():N}", $"tokens/{Guid.NewGuid():N}");
        await registry.PushAsync(one, isPrivate: true);
        await registry.PushAsync(other, isPrivate: true);
        var pull = GuardedRegistry.Bearer(await registry.TokenAsync("writer", $"repository:{one}:pull"));
        await Client.GetAsync($"/v2/{one}/manifests/v1", pull).Answers(200);
        await Client.GetAsync($"/v2/{other}/manifests/v1", pull).Answers(401, "UNAUTHORIZED");
        await Client.SendAsync("DELETE", $"/v2/{one}/manifests/v1", null, pull).Answers(401, "UNAUTHORIZED");
        var refused = await Client.SendAsync("POST", $"/v2/{one}/blobs/uploads/", null, pull).Answers(401, "UNAUTHORIZED");
        Assert.EndsWith(",error=\"insufficient_scope\"", refused.Header("WWW-Authenticate"));
        await Client.GetAsync("/v2/_catalog", pull).Answers(401, "UNAUTHORIZED");
        await Client.GetAsync("/v2/", pull).Answers(200);

        var push = GuardedRegistry.Bearer(await registry.TokenAsync("writer", $"repository:{one}:push"));
        await Client.SendAsync("POST", $"/v2/{one}/blobs/uploads/", null, push).Answers(202);
        await Client.SendAsync("DELETE", $"/v2/{one}/manifests/v1", null, push).Answers(401, "UNAUTHORIZED");
        var delete = GuardedRegistry.Bearer(await registry.TokenAsync("writer", $"repository:{one}:delete"));
        await Client.SendAsync("DELETE", $"/v2/{one}/manifests/v1", null, delete).Answers(202);
    }

    [Fact]
    public async Task A_blob_is_mounted_only_from_where_the_caller_may_pull()
    {
        var (source, target) = ($"tokens/{Guid.NewGuid():N}", $"stranger/{Guid.NewGuid():N}");
        var image = await registry.PushAsync(source, isPrivate: true);
        var config = Text(JsonNode.Parse(image.Bytes)!["config"]!["digest"]);
        var mount = $"/v2/{target}/blobs/uploads/?mount={config}&from={source}";
        await Client.SendAsync("POST", mount, null, GuardedRegistry.As("stranger")).Answers(202);

        var push = $"repository:{target}:pull,push";
        var narrow = await registry.TokenAsync("writer", push);
        await Client.SendAsync("POST", mount, null, GuardedRegistry.Bearer(narrow)).Answers(202);
        var wide = await registry.TokenAsync("writer", $"{push} repository:{source}:pull");
        await Client.SendAsync("POST", mount, null, GuardedRegistry.Bearer(wide)).Answers(201);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("")]
    public async Task What_is_no_token_is_refused(string token) =>
        await Client.GetAsync("/v2/", GuardedRegistry.Bearer(token)).Answers(401, "UNAUTHORIZED");

    [Fact]
    public async Task A_token_that_was_altered_or_is_for_another_service_is_refused()
    {
        var token = await registry.TokenAsync("reader");
        var parts = token.Split('.');
        var claims = Claims(token);
        claims["sub"] = "admin";
        var forged = $"{parts[0]}.{Encode(claims.ToJsonString())}.{parts[2]}";
        await Client.GetAsync("/v2/", GuardedRegistry.Bearer(forged)).Answers(401, "UNAUTHORIZED");
        var unsigned = $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.";
        await Client.GetAsync("/v2/", GuardedRegistry.Bearer(unsigned)).Answers(401, "UNAUTHORIZED");

        using var elsewhere = await Client.GetAsync(
            "/token/?service=registry.example.com", GuardedRegistry.As("reader"));
        var foreign = Text((await elsewhere.JsonAsync())["token"]);
        await Client.GetAsync("/v2/", GuardedRegistry.Bearer(foreign)).Answers(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task Wrong_credentials_get_no_token()
    {
        var path = $"/token/?service={Client.Authority}";
        await Client.GetAsync(path, GuardedRegistry.As("reader", "wrong")).Answers(401, "UNAUTHORIZED");
        await Client.GetAsync(path, GuardedRegistry.As("nobody", "wrong")).Answers(401, "UNAUTHORIZED");
        await Client.GetAsync(path, "Authorization: Basic nonsense").Answers(401, "UNAUTHORIZED");
        using var unnamed = await Client.GetAsync("/token/", GuardedRegistry.As("reader"));
        Assert.Equal(400, (int)unnamed.StatusCode);
    }

    [Fact]
    public async Task What_becomes_private_is_closed_to_the_next_who_asks()
    {
        var name = $"tokens/{Guid.NewGuid():N}";
        await registry.PushAsync(name);
        await Client.GetAsync($"/v2/{name}/manifests/v1").Answers(200);
        await registry.SetPrivateAsync(name, true);
        await Client.GetAsync($"/v2/{name}/manifests/v1").Answers(401, "UNAUTHORIZED");
        await registry.SetPrivateAsync(name, false);
        await Client.GetAsync($"/v2/{name}/manifests/v1").Answers(200);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static JsonNode Claims(string token)
    {
        var body = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        return JsonNode.Parse(Convert.FromBase64String(body.PadRight((body.Length + 3) / 4 * 4, '=')))!;
    }

    private static string Encode(string json) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class TokenTestsOnSqlite(GuardedOnSqlite registry) : TokenTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class TokenTestsOnPostgres(GuardedOnPostgres registry) : TokenTests(registry);
