using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Who may have the server's keys sign what.</summary>
public abstract class SigningRightsTests(GuardedRegistry registry)
{
    private const string Services = "/pulp/api/v3/signing-services/";
    private const string Repositories = "/pulp/api/v3/repositories/container/container/";

    private readonly string _name = $"space{Guid.NewGuid():N}/app";

    [Fact]
    public async Task A_service_that_names_nobody_signs_for_administrators_only()
    {
        var (service, name) = await ServiceAsync();
        var repository = await RepositoryAsync();
        var refusal = await SignAsync("writer", repository, service, 403);
        Assert.Contains($"'{name}'", (string)refusal["detail"]!, StringComparison.Ordinal);
        await registry.EndOfAsync((string)(await SignAsync("admin", repository, service, 202))["task"]!);
    }

    [Theory]
    [InlineData("users", "writer")]
    [InlineData("roles", "writer")]
    [InlineData("namespaces", "SPACE")]
    public async Task A_service_signs_for_whom_it_names_until_it_names_nobody_again(string field, string named)
    {
        var repository = await RepositoryAsync();
        var (service, _) = await ServiceAsync((field, named.Replace("SPACE", _name.Split('/')[0], StringComparison.Ordinal)));
        await registry.EndOfAsync((string)(await SignAsync("writer", repository, service, 202))["task"]!);
        Assert.Equal(403, (int)(await registry.RestAsync("writer", "PATCH", service, new JsonObject())).StatusCode);

        using var changed = await registry.RestAsync("admin", "PATCH", service, new JsonObject { [field] = new JsonArray() });
        Assert.Equal(200, (int)changed.StatusCode);
        Assert.Empty((await changed.JsonAsync())[field]!.AsArray());
        await SignAsync("writer", repository, service, 403);
    }

    [Fact]
    public async Task No_name_is_signed_that_does_not_serve_the_content_unless_the_service_names_it()
    {
        var repository = await RepositoryAsync();
        var (service, name) = await ServiceAsync(("users", "writer"));
        using var found = await registry.RestAsync(
            "admin", "GET", $"/pulp/api/v3/content/container/manifests/?repository_version={repository}versions/1/");
        var manifest = (string)(await found.JsonAsync())["results"]![0]!["pulp_href"]!;
        foreach (var user in new[] { "writer", "admin" })
        {
            foreach (var foreign in new[] { "docker.io/library/busybox:latest", $"{Host}/other/app:1", $"{Host}/{_name}2:1" })
            {
                var refusal = await SignAsync(user, manifest, service, 400, foreign);
                Assert.Contains(
                    $"'{name}' does not sign", (string)refusal["non_field_errors"]![0]!, StringComparison.Ordinal);
            }

            await SignAsync(user, manifest, service, 202, $"{Host}/{_name}:1");
        }

        using var changed = await registry.RestAsync(
            "admin", "PATCH", service, new JsonObject { ["reference_prefixes"] = new JsonArray("quay.io/ours") });
        Assert.Equal("writer", (string)(await changed.JsonAsync())["users"]![0]!);
        await SignAsync("writer", manifest, service, 202, "quay.io/ours/app:1");
        await SignAsync("writer", manifest, service, 400, "quay.io/ourselves/app:1");
        await SignAsync("writer", repository, service, 400);
    }

    [Fact]
    public async Task Who_may_not_sign_may_not_have_what_comes_signed_and_who_may_no_more_fails()
    {
        var repository = await RepositoryAsync();
        var (service, name) = await ServiceAsync();
        var wish = new JsonObject { ["sign_on_push"] = service };
        using var refused = await registry.RestAsync("writer", "PATCH", repository, wish.DeepClone());
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains($"'{name}'", (string)(await refused.JsonAsync())["sign_on_push"]![0]!, StringComparison.Ordinal);

        using var named = await registry.RestAsync("admin", "PATCH", service, new JsonObject { ["users"] = new JsonArray("writer") });
        using var set = await registry.RestAsync("writer", "PATCH", repository, wish.DeepClone());
        await registry.EndOfAsync((string)(await set.JsonAsync())["task"]!);
        using var unnamed = await registry.RestAsync("admin", "PATCH", service, new JsonObject { ["users"] = new JsonArray() });
        await registry.PushAsync(_name);
        JsonNode? task = null;
        await Eventually.TrueAsync(
            async () =>
            {
                using var tasks = await registry.RestAsync("admin", "GET", $"/pulp/api/v3/tasks/?shared_resources={service}");
                task = (await tasks.JsonAsync())["results"]!.AsArray().FirstOrDefault(one => (string)one!["state"]! == "failed");
                return task is not null;
            },
            "the task fails");
        Assert.Contains("You may not have the signing service", task!["error"]!.ToJsonString(), StringComparison.Ordinal);

        using var other = await registry.RestAsync("admin", "PATCH", repository, wish.DeepClone()); // answers for it from now on
        await registry.EndOfAsync((string)(await other.JsonAsync())["task"]!);
        await registry.PushAsync(_name);
        await Eventually.TrueAsync(
            async () =>
            {
                using var signed = await registry.RestAsync(
                    "admin", "GET", $"/pulp/api/v3/content/container/signatures/?repository_version={repository}");
                return (int)(await signed.JsonAsync())["count"]! > 0;
            },
            "what came is signed");
    }

    [Fact]
    public async Task What_cannot_be_named_is_refused_by_field()
    {
        var (service, _) = await ServiceAsync();
        foreach (var (field, value) in new[]
        {
            ("roles", "owner"), ("namespaces", "a/b"), ("reference_prefixes", "host/app:1"), ("users", ""),
        })
        {
            using var answer = await registry.RestAsync(
                "admin", "PATCH", service, new JsonObject { [field] = new JsonArray(value) });
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Equal([field], (await answer.JsonAsync()).AsObject().Select(one => one.Key));
        }
    }

    [Fact]
    public async Task What_a_request_calls_the_registry_is_not_signed()
    {
        var repository = await RepositoryAsync();
        var (service, _) = await ServiceAsync();
        var body = new StringContent(new JsonObject { ["manifest_signing_service"] = service }.ToJsonString());
        body.Headers.ContentType = new("application/json");
        using var answer = await registry.Client.SendStreamAsync(
            "POST", $"{repository}sign/", body, [.. GuardedRegistry.As("admin"), "Host: evil.example.com"]);
        Assert.Equal(202, (int)answer.StatusCode);
        await registry.EndOfAsync((string)(await answer.JsonAsync())["task"]!);
        using var signed = await registry.RestAsync(
            "admin", "GET", $"/pulp/api/v3/content/container/signatures/?repository_version={repository}versions/2/");
        Assert.DoesNotContain("evil", await signed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private string Host => registry.Client.Authority;

    private async Task<string> RepositoryAsync()
    {
        await registry.PushAsync(_name);
        using var found = await registry.RestAsync("admin", "GET", $"{Repositories}?name={_name}");
        return (string)(await found.JsonAsync())["results"]![0]!["pulp_href"]!;
    }

    private async Task<(string Href, string Name)> ServiceAsync(params (string Field, string Name)[] rights)
    {
        var name = $"key{Guid.NewGuid():N}";
        var body = new JsonObject { ["name"] = name, ["kind"] = "openpgp", ["generate"] = "ed25519" };
        foreach (var (field, named) in rights)
            body[field] = new JsonArray(named);
        using var created = await registry.RestAsync("admin", "POST", Services, body);
        var text = await created.Content.ReadAsStringAsync();
        Assert.True(created.IsSuccessStatusCode, text);
        return ((string)JsonNode.Parse(text)!["pulp_href"]!, name);
    }

    private async Task<JsonNode> SignAsync(
        string user, string what, string service, int status, string? reference = null)
    {
        var body = new JsonObject { ["manifest_signing_service"] = service };
        if (reference is not null)
            body["reference"] = reference;
        using var answer = await registry.RestAsync(user, "POST", $"{what}sign/", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class SigningRightsTestsOnSqlite(GuardedOnSqlite registry) : SigningRightsTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class SigningRightsTestsOnPostgres(GuardedOnPostgres registry) : SigningRightsTests(registry);
