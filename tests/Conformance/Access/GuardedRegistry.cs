using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>A server that asks who is there, with a user of each role.</summary>
public abstract class GuardedRegistry(CatalogueOn engine) : IAsyncLifetime
{
    public const string Password = "a password of some length";

    private const string Users = "/pulp/api/v3/users/";
    private Site? _site;
    private RegistryProcess? _node;

    internal RegistryClient Client
    {
        get
        {
            if (_node is null)
                TestDatabase.Require();
            return _node!.Client;
        }
    }

    internal Site Site => _site!;

    /// <summary>The header of a user who knows his password; none for the anonymous one.</summary>
    internal static IEnumerable<string> As(string user, string password = Password) => user.Length == 0
        ? []
        : [$"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}"];

    internal static string Bearer(string token) => $"Authorization: Bearer {token}";

    /// <summary>A REST call with a JSON body, or without one.</summary>
    internal Task<HttpResponseMessage> RestAsync(string user, string method, string path, JsonNode? body = null)
    {
        var content = body is null ? null : new StringContent(body.ToJsonString());
        content?.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return Client.SendStreamAsync(method, path, content, As(user));
    }

    /// <summary>A user with that role, or with none. The answer is its href.</summary>
    internal async Task<string> AddUserAsync(string name, string? role = null, string password = Password)
    {
        using var created = await RestAsync(
            "admin", "POST", Users, new JsonObject { ["username"] = name, ["password"] = password });
        var href = (await created.JsonAsync())["pulp_href"]!.GetValue<string>();
        if (role is not null)
        {
            using var given = await RestAsync("admin", "POST", $"{href}roles/", new JsonObject { ["role"] = role });
            Assert.Equal(201, (int)given.StatusCode);
        }

        return href;
    }

    /// <summary>A token for those scopes.</summary>
    internal async Task<string> TokenAsync(string user, params IEnumerable<string> scopes)
    {
        var query = string.Concat(scopes.Select(scope => $"&scope={Uri.EscapeDataString(scope)}"));
        using var answer = await Client.GetAsync($"/token/?service={Client.Authority}{query}", As(user));
        return (await answer.JsonAsync())["token"]!.GetValue<string>();
    }

    /// <summary>An image of its own in a repository of that name, pushed by an administrator.</summary>
    internal async Task<Named> PushAsync(string name, bool isPrivate = false)
    {
        var admin = As("admin").Single();
        var config = Named.Random(48, MediaTypes.Config);
        await Client.SendAsync("POST", $"/v2/{name}/blobs/uploads/?digest={config.Digest}", config.Bytes, admin)
            .Answers(201);
        var image = Manifests.Image(config, []);
        await Client.SendAsync(
            "PUT", $"/v2/{name}/manifests/v1", image.Bytes, admin, $"Content-Type: {image.MediaType}").Answers(201);
        if (isPrivate)
            await SetPrivateAsync(name, true);
        return image;
    }

    internal async Task SetPrivateAsync(string name, bool isPrivate)
    {
        var path = $"/pulp/api/v3/distributions/container/container/?base_path={name}";
        using var found = await RestAsync("admin", "GET", path);
        var href = (await found.JsonAsync())["results"]![0]!["pulp_href"]!.GetValue<string>();
        using var answer = await RestAsync("admin", "PATCH", href, new JsonObject { ["private"] = isPrivate });
        Assert.Equal(202, (int)answer.StatusCode);
        await EndOfAsync((await answer.JsonAsync())["task"]!.GetValue<string>());
    }

    internal Task EndOfAsync(string task) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await RestAsync("admin", "GET", task);
            return (await answer.JsonAsync())["state"]!.GetValue<string>() == "completed";
        },
        $"the end of {task}");

    public async ValueTask InitializeAsync()
    {
        if (engine is CatalogueOn.Postgres && Environment.GetEnvironmentVariable("REGISTRY_TEST_DB") is null)
            return; // each test says so itself
        _site = await Site.CreateAsync(engine);
        _node = await _site.StartAsync(
            "--Access:Authentication=true", $"--Access:AdminPassword={Password}", "--Outgoing:Allow:0=127.0.0.1");
        await AddUserAsync("stranger");
        await AddUserAsync("reader", "reader");
        await AddUserAsync("writer", "writer");
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class GuardedOnSqlite() : GuardedRegistry(CatalogueOn.Sqlite);

public sealed class GuardedOnPostgres() : GuardedRegistry(CatalogueOn.Postgres);

[CollectionDefinition(nameof(GuardedOnSqlite))]
public sealed class GuardedSqliteTests : ICollectionFixture<GuardedOnSqlite>;

[CollectionDefinition(nameof(GuardedOnPostgres))]
public sealed class GuardedPostgresTests : ICollectionFixture<GuardedOnPostgres>;
