using System.Net;
using System.Security.Cryptography;
using System.Text;
using Xunit.Sdk;

namespace OrleansRegistry.Management.Tests;

/// <summary>What the database is asked for an image of two blobs, pushed as podman does it.</summary>
public abstract class PushCostTests(Engine engine) : IAsyncLifetime
{
    // The node's own beat falls into some of the pushes, and never into all of them.
    private const int Pushes = 8;

    /// <summary>How many statements it takes at most, without those that begin and end transactions.</summary>
    protected abstract int Known { get; }

    /// <summary>The same of the first push of a name.</summary>
    protected abstract int First { get; }

    private CountingDatabase? _database;
    private HostedRegistry? _registry;

    public async ValueTask InitializeAsync()
    {
        await engine.InitializeAsync();
        if (engine.IsThere)
            _registry = await HostedRegistry.StartAsync(engine, watch: database => _database = new(database));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_registry is not null)
            await _registry.DisposeAsync();
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task A_push_into_a_known_repository_takes_three_transactions_of_few_statements()
    {
        engine.SkipIfAbsent();
        await PushAsync("cost/known");
        await RequireAsync(Known, 3, () => PushAsync("cost/known"));
    }

    [Fact]
    public async Task A_push_into_a_new_repository_takes_one_more()
    {
        engine.SkipIfAbsent();
        await PushAsync("cost/first");
        await RequireAsync(First, 4, () => PushAsync($"cost/{Guid.NewGuid():N}"));
    }

    private async Task RequireAsync(int statements, int transactions, Func<Task> push)
    {
        var costs = new List<(IReadOnlyList<string> Statements, int Transactions)>();
        for (var number = 0; number < Pushes; number++)
            costs.Add(await _database!.CountAsync(push));
        var least = costs.MinBy(cost => cost.Statements.Count);
        if (least.Statements.Count > statements || least.Transactions > transactions)
            throw new XunitException(
                $"{least.Statements.Count} statements in {least.Transactions} transactions:\n\n"
                + string.Join("\n\n", least.Statements));
    }

    private async Task PushAsync(string name)
    {
        var layer = await PushBlobAsync(name, RandomNumberGenerator.GetBytes(1000));
        var config = await PushBlobAsync(
            name, Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","id":"{{Guid.NewGuid()}}"}"""));
        await Push.ImageOfAsync(_registry!.Nodes[0], name, $"build-{Guid.NewGuid():N}", config, layer);
    }

    private async Task<(string Digest, int Size)> PushBlobAsync(string name, byte[] bytes)
    {
        var http = _registry!.Nodes[0];
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var head = await http.SendAsync(new(HttpMethod.Head, $"/v2/{name}/blobs/{digest}"));
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        using var start = await http.PostAsync($"/v2/{name}/blobs/uploads/", null);
        using var patch = await http.PatchAsync(start.Headers.Location, new ByteArrayContent(bytes));
        using var put = await http.PutAsync($"{patch.Headers.Location}?digest={digest}", null);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        return (digest, bytes.Length);
    }
}

public sealed class PushCostOnSqlite() : PushCostTests(new SqliteEngine())
{
    protected override int Known => 17;

    protected override int First => 23;
}

public sealed class PushCostOnPostgres() : PushCostTests(new PostgresEngine())
{
    protected override int Known => 9;

    protected override int First => 12;
}
