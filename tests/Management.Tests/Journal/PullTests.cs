using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Journal;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>What is pulled by HTTP, and how it stands in the journal.</summary>
public abstract class PullTests(Engine engine) : IAsyncLifetime
{
    private const string Path = "/pulp/api/v3/pulls/";

    private readonly string _name = $"pulled/{Guid.NewGuid():N}";
    private HostedRegistry? _registry;

    public ValueTask InitializeAsync() => engine.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_registry is not null)
            await _registry.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Pulls_of_a_day_are_one_row_with_the_last_tag_that_was_asked_for()
    {
        var http = await StartAsync();
        var digest = await Push.ImageAsync(http, _name, "v1", "layer");
        await PullAsync(http, "v1");
        await PullAsync(http, digest);
        await PullAsync(http, "v1");

        var row = Assert.Single(await ListAsync(http));
        Assert.Equal(
            (digest, _name, _name, "v1", 3, "127.0.0.1"),
            ((string)row["image"]!, (string)row["repository_name"]!, (string)row["base_path"]!, (string)row["tag"]!,
                (int)row["count"]!, (string)row["address"]!));
        Assert.Null(row["user"]);
        Assert.Null(row["username"]);
        Assert.Equal(((string)row["last_pulled"]!)[..10], (string)row["day"]!);
        Assert.True(DateTimeOffset.Parse((string)row["first_pulled"]!) <= DateTimeOffset.Parse((string)row["last_pulled"]!));
        var repository = await http.GetStringAsync((string)row["repository"]!);
        Assert.Equal(_name, (string)JsonNode.Parse(repository)!["name"]!);
    }

    [Fact]
    public async Task A_HEAD_is_no_pull_nor_is_what_is_refused()
    {
        var http = await StartAsync();
        var digest = await Push.ImageAsync(http, _name, "v1", "layer");
        foreach (var reference in new[] { "v1", digest })
            using (var head = new HttpRequestMessage(HttpMethod.Head, $"/v2/{_name}/manifests/{reference}"))
                Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(head)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"/v2/{_name}/manifests/v2")).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, await PullAsync(http, "v1", ("If-Match", "\"other\"")));
        Assert.Empty(await ListAsync(http));
    }

    [Fact]
    public async Task Who_is_told_that_nothing_changed_has_pulled()
    {
        var http = await StartAsync();
        var digest = await Push.ImageAsync(http, _name, "v1", "layer");
        Assert.Equal(HttpStatusCode.NotModified, await PullAsync(http, "v1", ("If-None-Match", $"\"{digest}\"")));
        Assert.Equal(1, (int)Assert.Single(await ListAsync(http))["count"]!);
    }

    [Fact]
    public async Task An_index_and_each_of_its_images_that_is_pulled_have_rows_of_their_own()
    {
        var http = await StartAsync();
        var amd = await Push.ImageAsync(http, _name, "amd", "amd64");
        var arm = await Push.ImageAsync(http, _name, "arm", "arm64");
        var index = await Push.IndexAsync(http, _name, "all", amd, arm); // which reads both
        await PullAsync(http, "all");
        await PullAsync(http, amd);

        var rows = await ListAsync(http);
        Assert.Equal(
            new Dictionary<string, int> { [index] = 1, [amd] = 2, [arm] = 1 },
            rows.ToDictionary(row => (string)row["image"]!, row => (int)row["count"]!));
        Assert.Equal("all", (string)rows.Single(row => (string)row["image"]! == index)["tag"]!);
        Assert.Null(rows.Single(row => (string)row["image"]! == amd)["tag"]);
    }

    [Fact]
    public async Task What_two_nodes_serve_adds_up()
    {
        engine.SkipIfAbsent();
        _registry = await HostedRegistry.StartAsync(engine, nodes: 2);
        var (one, other) = (_registry.Nodes[0], _registry.Nodes[1]);
        await Push.ImageAsync(one, _name, "v1", "layer");
        foreach (var node in new[] { one, other, other })
            await PullAsync(node, "v1");
        await ListAsync(other);
        Assert.Equal(3, (int)Assert.Single(await ListAsync(one))["count"]!);
    }

    [Fact]
    public async Task Pulls_go_on_while_the_journal_cannot_be_written()
    {
        var away = new AwayStore();
        var http = await StartAsync(services => services.AddSingleton<IPullStore>(provider =>
            away.Before(provider.GetRequiredService<PullStore>())));
        await Push.ImageAsync(http, _name, "v1", "layer");
        away.IsAway = true;
        await PullAsync(http, "v1");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(Path)).StatusCode);
        await PullAsync(http, "v1");

        away.IsAway = false;
        Assert.Equal(2, (int)Assert.Single(await ListAsync(http))["count"]!);
    }

    [Fact]
    public async Task Where_the_journal_is_off_nothing_is_written_down()
    {
        var http = await StartAsync(services => services.Configure<JournalOptions>(options => options.Days = 0));
        await Push.ImageAsync(http, _name, "v1", "layer");
        await PullAsync(http, "v1");
        Assert.Empty(await ListAsync(http));
    }

    private async Task<HttpClient> StartAsync(Action<IServiceCollection>? replace = null)
    {
        engine.SkipIfAbsent();
        _registry = await HostedRegistry.StartAsync(engine, replace);
        return _registry.Nodes[0];
    }

    private async Task PullAsync(HttpClient http, string reference) =>
        Assert.Equal(HttpStatusCode.OK, await PullAsync(http, reference, null));

    private async Task<HttpStatusCode> PullAsync(HttpClient http, string reference, (string Name, string Value)? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{_name}/manifests/{reference}");
        if (header is { } sent)
            request.Headers.TryAddWithoutValidation(sent.Name, sent.Value);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(HttpClient http)
    {
        var page = JsonNode.Parse(await http.GetStringAsync($"{Path}?repository={_name}"))!;
        return [.. page["results"]!.AsArray().Select(row => row!.AsObject())];
    }

    /// <summary>The store, and a wire to it that can be cut.</summary>
    private sealed class AwayStore : IPullStore
    {
        private IPullStore? _store;

        public bool IsAway { get; set; }

        public AwayStore Before(IPullStore store)
        {
            _store = store;
            return this;
        }

        public Task AddAsync(IReadOnlyCollection<PullEntry> entries, CancellationToken cancellationToken) => IsAway
            ? Task.FromException(new DatabaseUnavailableException("The database is away."))
            : _store!.AddAsync(entries, cancellationToken);

        public Task<int> ForgetAsync(DateOnly day, int limit, CancellationToken cancellationToken) =>
            _store!.ForgetAsync(day, limit, cancellationToken);
    }

    public sealed class OnPostgres() : PullTests(new PostgresEngine());

    public sealed class OnSqlite() : PullTests(new SqliteEngine());
}
