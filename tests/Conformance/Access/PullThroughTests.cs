using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Who lets names come into being below a pull-through distribution, and who may pull what others brought.</summary>
public abstract class PullThroughTests(GuardedRegistry registry) : IAsyncLifetime
{
    private const string Api = "/pulp/api/v3/";

    private FakeUpstream? _upstream;

    private FakeUpstream Upstream => _upstream!;

    public async ValueTask InitializeAsync() => _upstream = await FakeUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_lets_a_name_come_into_being_and_the_anonymous_one_does_not()
    {
        var name = await HubAsync();
        Upstream.Image("1.0", name);
        Upstream.Image("2.0", name + "b");
        await PullAsync("", name, "1.0", 401);
        Assert.Empty(await NamedAsync(name));
        Assert.Empty(Upstream.Requests);

        await PullAsync("reader", name, "1.0", 200);
        Assert.Single(await NamedAsync(name));
        await PullAsync("", name, "1.0", 200); // what is here is public
        await PullAsync("", name, "2.0", 404); // and what is not comes for users only
        await PullAsync("reader", name, "2.0", 200);
        await PullAsync("", name, "2.0", 200);
    }

    [Fact]
    public async Task The_anonymous_one_gets_layers_of_what_is_public_and_here()
    {
        var name = await HubAsync();
        var layer = Upstream.Image("1.0", name).Document.Layers[0].Digest;
        await PullAsync("reader", name, "1.0", 200);
        Assert.Equal(name, await (await registry.Client.GetAsync($"/v2/{name}/blobs/{layer}")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_a_private_distribution_brings_is_for_those_who_may_read()
    {
        var name = await HubAsync(("private", true));
        var image = Upstream.Image("1.0", name);
        Upstream.HasExtension = true;
        Upstream.Sign(image);
        await PullAsync("stranger", name, "1.0", 403);
        Assert.Empty(await NamedAsync(name));
        await PullAsync("reader", name, "1.0", 200);

        var distribution = Assert.Single(await NamedAsync(name));
        Assert.True((bool)distribution!["private"]!);
        string[] paths =
        [
            $"/v2/{name}/manifests/1.0", $"/v2/{name}/blobs/{image.Document.Layers[0].Digest}", $"/v2/{name}/tags/list",
            $"/v2/{name}/referrers/{image.Digest}", $"/extensions/v2/{name}/signatures/{image.Digest}",
        ];
        foreach (var path in paths)
        {
            Assert.Equal(401, (int)(await registry.Client.GetAsync(path)).StatusCode);
            Assert.True((int)(await registry.Client.GetAsync(path, GuardedRegistry.As("stranger"))).StatusCode is 403 or 404, path);
            Assert.Equal(200, (int)(await registry.Client.GetAsync(path, GuardedRegistry.As("reader"))).StatusCode);
        }
    }

    private async Task PullAsync(string user, string name, string tag, int status) =>
        await registry.Client.GetAsync($"/v2/{name}/manifests/{tag}", GuardedRegistry.As(user)).Answers(status);

    private async Task<JsonArray> NamedAsync(string name) => (await ReadAsync(
        "GET", $"{Api}distributions/container/container/?base_path={name}"))["results"]!.AsArray();

    /// <summary>A pull-through distribution of the upstream: the name of the upstream's repository below it.</summary>
    private async Task<string> HubAsync(params (string Name, JsonNode Value)[] more)
    {
        var path = $"hub-{Guid.NewGuid():N}";
        var remote = await ReadAsync(
            "POST", $"{Api}remotes/container/pull-through/", new JsonObject { ["name"] = path, ["url"] = Upstream.Url });
        var body = new JsonObject { ["name"] = path, ["base_path"] = path, ["remote"] = (string)remote["pulp_href"]! };
        foreach (var (name, value) in more)
            body[name] = value;
        var made = await ReadAsync("POST", $"{Api}distributions/container/pull-through/", body);
        await registry.EndOfAsync((string)made["task"]!);
        return $"{path}/{FakeUpstream.Name}";
    }

    private async Task<JsonNode> ReadAsync(string method, string path, JsonObject? body = null)
    {
        using var answer = await registry.RestAsync("admin", method, path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class PullThroughTestsOnSqlite(GuardedOnSqlite registry) : PullThroughTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class PullThroughTestsOnPostgres(GuardedOnPostgres registry) : PullThroughTests(registry);
