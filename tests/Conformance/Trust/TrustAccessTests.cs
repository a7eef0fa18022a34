using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Whom a trust policy holds, and who may say what names are held to.</summary>
public abstract class TrustAccessTests(GuardedRegistry registry)
{
    private const string Policies = "/pulp/api/v3/trust-policies/";
    private const string Distributions = "/pulp/api/v3/distributions/container/container/";

    private readonly string _name = $"space{Guid.NewGuid():N}/app";

    [Theory]
    [InlineData("", 403)]
    [InlineData("stranger", 403)]
    [InlineData("reader", 403)]
    [InlineData("writer", 200)] // who may push signs what is not signed yet
    [InlineData("admin", 200)]
    public async Task Who_may_push_is_not_held(string user, int status)
    {
        var image = await registry.PushAsync(_name);
        await HoldAsync();
        Assert.Equal(status, await PullAsync(user, "v1"));
        Assert.Equal(status, await PullAsync(user, image.Digest));
    }

    [Fact]
    public async Task A_token_is_as_good_as_who_it_is_for_and_no_better()
    {
        await registry.PushAsync(_name);
        await HoldAsync();
        foreach (var (user, status) in new[] { ("writer", 200), ("reader", 403) })
        {
            var token = await registry.TokenAsync(user, $"repository:{_name}:pull");
            using var answer = await registry.Client.SendAsync(
                "GET", $"/v2/{_name}/manifests/v1", null, GuardedRegistry.Bearer(token));
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Who_may_have_it_signed_is_not_held()
    {
        await registry.PushAsync(_name);
        await HoldAsync();
        using var created = await registry.RestAsync("admin", "POST", "/pulp/api/v3/signing-services/", new JsonObject
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["kind"] = "openpgp",
            ["generate"] = "ed25519",
            ["users"] = new JsonArray("stranger"),
        });
        Assert.Equal(201, (int)created.StatusCode);
        Assert.Equal(200, await PullAsync("stranger", "v1"));
        Assert.Equal(403, await PullAsync("reader", "v1"));
        using var deleted = await registry.RestAsync(
            "admin", "DELETE", (string)(await created.JsonAsync())["pulp_href"]!);
        Assert.True(deleted.IsSuccessStatusCode);
    }

    [Fact]
    public async Task What_may_not_be_pulled_is_not_mounted_elsewhere_either()
    {
        await registry.PushAsync(_name);
        using var manifest = await registry.Client.SendAsync(
            "GET", $"/v2/{_name}/manifests/v1", null, GuardedRegistry.As("admin"));
        var blob = (string)(await manifest.JsonAsync())["config"]!["digest"]!;
        var mount = $"/v2/stranger/r{Guid.NewGuid():N}/blobs/uploads/?mount={blob}&from={_name}";
        await registry.Client.SendAsync("POST", mount, null, GuardedRegistry.As("stranger")).Answers(201);
        await HoldAsync();
        mount = $"/v2/stranger/r{Guid.NewGuid():N}/blobs/uploads/?mount={blob}&from={_name}";
        await registry.Client.SendAsync("POST", mount, null, GuardedRegistry.As("stranger")).Answers(202);
        await registry.Client.SendAsync("POST", mount, null, GuardedRegistry.As("writer")).Answers(201);
    }

    [Fact]
    public async Task What_a_repository_has_not_accepted_is_for_who_pushed_it()
    {
        await registry.PushAsync(_name);
        using var created = await registry.RestAsync(
            "admin", "POST", Policies,
            new JsonObject { ["name"] = $"{Guid.NewGuid():N}", ["document"] = Reject, ["mode"] = "off" });
        var accept = new JsonObject { ["accept"] = (string)(await created.JsonAsync())["pulp_href"]! };
        using var found = await registry.RestAsync(
            "admin", "GET", $"/pulp/api/v3/repositories/container/container/?name={_name}");
        var repository = (string)(await found.JsonAsync())["results"]![0]!["pulp_href"]!;
        await RefusedAsync("PATCH", repository, accept);
        using var held = await registry.RestAsync("admin", "PATCH", repository, accept.DeepClone());
        Assert.Equal(202, (int)held.StatusCode);
        await registry.EndOfAsync((string)(await held.JsonAsync())["task"]!);
        foreach (var (user, status) in new[] { ("", 403), ("reader", 403), ("writer", 200) })
            Assert.Equal(status, await PullAsync(user, "v1"));
        await RefusedAsync("DELETE", repository);
        await RefusedAsync("PATCH", repository, new() { ["accept"] = null });
        using var spaces = await registry.RestAsync(
            "admin", "GET", $"/pulp/api/v3/pulp_container/namespaces/?name={_name.Split('/')[0]}");
        await RefusedAsync("DELETE", (string)(await spaces.JsonAsync())["results"]![0]!["pulp_href"]!);
        using var served = await registry.RestAsync("admin", "GET", $"{Distributions}?base_path={_name}");
        await RefusedAsync("DELETE", (string)(await served.JsonAsync())["results"]![0]!["pulp_href"]!);
    }

    [Fact]
    public async Task Only_administrators_say_what_a_name_is_held_to()
    {
        await registry.PushAsync(_name);
        var (policy, distribution) = await HoldAsync();
        await RefusedAsync("POST", Policies, new() { ["name"] = "mine", ["document"] = Reject });
        await RefusedAsync("PATCH", policy, new() { ["mode"] = "off" });
        await RefusedAsync("DELETE", policy);
        await RefusedAsync("PATCH", distribution, new() { ["trust_policy"] = null });
        await RefusedAsync("PATCH", distribution, new() { ["base_path"] = $"free{Guid.NewGuid():N}/app" });
        await RefusedAsync("DELETE", distribution);
        await RefusedAsync(
            "POST", Distributions,
            new() { ["name"] = $"{_name}2", ["base_path"] = $"{_name}2", ["trust_policy"] = policy });
        using var found = await registry.RestAsync(
            "admin", "GET", $"/pulp/api/v3/pulp_container/namespaces/?name={_name.Split('/')[0]}");
        var space = (string)(await found.JsonAsync())["results"]![0]!["pulp_href"]!;
        await RefusedAsync("PATCH", space, new() { ["trust_policy"] = policy });
        await RefusedAsync("DELETE", space);

        using var described = await registry.RestAsync(
            "writer", "PATCH", distribution, new JsonObject { ["description"] = "still mine to describe" });
        Assert.Equal(202, (int)described.StatusCode);
        Assert.Equal(403, await PullAsync("reader", "v1"));
    }

    private static JsonObject Reject => new() { ["default"] = new JsonArray(new JsonObject { ["type"] = "reject" }) };

    private async Task<(string Policy, string Distribution)> HoldAsync()
    {
        using var created = await registry.RestAsync(
            "admin", "POST", Policies, new JsonObject { ["name"] = $"{Guid.NewGuid():N}", ["document"] = Reject });
        Assert.Equal(201, (int)created.StatusCode);
        var policy = (string)(await created.JsonAsync())["pulp_href"]!;
        using var found = await registry.RestAsync("admin", "GET", $"{Distributions}?base_path={_name}");
        var distribution = (string)(await found.JsonAsync())["results"]![0]!["pulp_href"]!;
        using var held = await registry.RestAsync(
            "admin", "PATCH", distribution, new JsonObject { ["trust_policy"] = policy });
        Assert.Equal(202, (int)held.StatusCode);
        await registry.EndOfAsync((string)(await held.JsonAsync())["task"]!);
        return (policy, distribution);
    }

    private async Task RefusedAsync(string method, string path, JsonObject? body = null)
    {
        using var answer = await registry.RestAsync("writer", method, path, body);
        Assert.True(403 == (int)answer.StatusCode, $"{method} {path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<int> PullAsync(string user, string reference)
    {
        using var answer = await registry.Client.SendAsync(
            "GET", $"/v2/{_name}/manifests/{reference}", null, GuardedRegistry.As(user));
        return (int)answer.StatusCode;
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class TrustAccessTestsOnSqlite(GuardedOnSqlite registry) : TrustAccessTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class TrustAccessTestsOnPostgres(GuardedOnPostgres registry) : TrustAccessTests(registry);
