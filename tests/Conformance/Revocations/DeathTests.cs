using System.Globalization;
using Npgsql;

namespace OrleansRegistry.Conformance;

/// <summary>
/// The node that takes a key out of all repositories is killed, at another point each time: another one goes on, and what
/// comes of it is the same. REGISTRY_TEST_SEED picks the points.
/// </summary>
public sealed class DeathTests
{
    private const int Names = 24;

    private static readonly int Kills = Effort.Of(usual: 5, whenLong: 20);

    private static readonly int Seed = int.TryParse(
        Environment.GetEnvironmentVariable("REGISTRY_TEST_SEED"), out var seed) ? seed : Random.Shared.Next();

    private readonly string[] _settings = ["--Tasks:Silence=00:00:03"];
    private readonly List<SignedImage> _images = [];

    private enum Moment
    {
        /// <summary>Some are done, and the others are under way: their transactions wait for a lock.</summary>
        Amid,

        /// <summary>It is decided, and nobody has been told.</summary>
        Decided,

        /// <summary>It is in force, and a little time has gone by.</summary>
        Later,
    }

    [Fact]
    public async Task Whenever_the_node_dies_that_does_it_each_repository_loses_them_by_one_version()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(site.StartAsync(_settings), site.StartAsync(_settings), site.StartAsync(_settings));
        await using var ledger = new Ledger(site.ConnectionString!);
        var clean = await new Leak().FillCleanAsync(nodes[0].Client, "team/clean");
        var first = new Leak();
        for (var number = 0; number < Names; number++)
            _images.Add(await first.FillAsync(nodes[number % 3].Client, $"team/app{number:00}"));

        var random = new Random(Seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            var moment = kill % 5 is 1 ? Moment.Decided : kill % 5 is 3 ? Moment.Later : Moment.Amid;
            var leak = kill == 0 ? first : await SignAgainAsync(nodes[kill % 3].Client);
            var (before, point) = (await ledger.HeadsAsync(), random.Next(Names));
            try
            {
                await KillAmidAsync(site, nodes, ledger, leak, moment, point, random);
                await Eventually.TrueAsync(
                    async () => await ledger.StateAsync(leak.KeyId) is "completed" or "failed", "the task ends");
                Assert.Equal("completed", await ledger.StateAsync(leak.KeyId));
                Assert.Equal(_images.Select(image => image.Name), await ledger.AssertGoneAsync(leak.KeyId));
                var after = await ledger.HeadsAsync();
                Assert.All(_images, image => Assert.Equal(before[image.Name] + 1, after[image.Name]));
                Assert.Equal(before[clean.Name], after[clean.Name]);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Kill {kill}, {moment} at {point}, seed {Seed}: {failure.Message}", failure);
            }
        }
    }

    private async Task<Leak> SignAgainAsync(RegistryClient client)
    {
        var leak = new Leak();
        foreach (var image in _images)
            await leak.SignAsync(client, image.Name, image.Digest).Answers(201);
        return leak;
    }

    private async Task KillAmidAsync(
        Site site, RegistryProcess[] nodes, Ledger ledger, Leak leak, Moment moment, int point, Random random)
    {
        await using var hold = moment is Moment.Amid ? await Hold.AllFromAsync(site.ConnectionString!, point) : null;
        var asked = nodes[random.Next(nodes.Length)].Client;
        var revoking = leak.RevokeAsync(asked);
        if (moment is Moment.Decided)
            await Eventually.TrueAsync(() => ledger.IsDecidedAsync(leak.KeyId), "it is decided");
        else
            await revoking;
        if (hold is not null)
            await Eventually.TrueAsync(
                async () => await ledger.RidAsync(leak.KeyId) == point && await hold.IsWaitedForAsync(), $"{point} are done");
        for (var turn = moment is Moment.Later ? point : 0; turn > 0; turn--)
            await ledger.RidAsync(leak.KeyId);

        string? runner = null;
        await Eventually.TrueAsync(
            async () => (runner = await ledger.RunnerAsync(leak.KeyId)) is not null, "a node takes up the task");
        var victim = Array.FindIndex(nodes, node => runner!.Contains(
            $":{site.SiloPortOf(node).ToString(CultureInfo.InvariantCulture)}:", StringComparison.Ordinal));
        Assert.True(victim >= 0, $"{runner} is no node.");
        if (hold is not null && random.Next(2) == 0)
            await hold.ReleaseAsync(); // what waited is committed while the node dies, or not
        await nodes[victim].KillAsync();
        if (hold is not null)
            await hold.ReleaseAsync();
        await revoking.ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default); // it may have died with it
        nodes[victim] = await site.StartAsync(_settings);

        // By now it is decided at least; whoever answers serves none of it once it is in force.
        await Eventually.TrueAsync(() => ledger.IsInForceAsync(leak.KeyId), "it is in force");
        foreach (var node in nodes)
            foreach (var image in _images.Take(4))
            {
                var list = await node.Client.GetAsync($"/extensions/v2/{image.Name}/signatures/{image.Digest}").Answers(200);
                Assert.DoesNotContain(
                    (await list.JsonAsync())["signatures"]!.AsArray(),
                    one => leak.IsLeaked(Convert.FromBase64String((string)one!["content"]!)));
            }
    }

    /// <summary>A lock on repositories: what is to be committed there waits.</summary>
    private sealed class Hold : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _source;
        private NpgsqlConnection? _connection;

        private Hold(NpgsqlDataSource source, NpgsqlConnection connection)
        {
            _source = source;
            _connection = connection;
        }

        /// <summary>All but so many, in the order in which they have their turn.</summary>
        public static async Task<Hold> AllFromAsync(string connectionString, int first)
        {
            var source = NpgsqlDataSource.Create(connectionString);
            var connection = await source.OpenConnectionAsync();
            await using (var begin = new NpgsqlCommand("begin", connection))
                await begin.ExecuteNonQueryAsync();
            await using var hold = new NpgsqlCommand(
                """
                select id from repository where id in (
                  select id from repository where name like 'team/app%' order by id offset $1) for update
                """,
                connection)
            {
                Parameters = { new() { Value = (long)first } },
            };
            await hold.ExecuteNonQueryAsync();
            return new(source, connection);
        }

        public async Task<bool> IsWaitedForAsync()
        {
            await using var command = _source.CreateCommand(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
            return (long)(await command.ExecuteScalarAsync())! > 0;
        }

        public async Task ReleaseAsync()
        {
            if (_connection is null)
                return;
            await using (var end = new NpgsqlCommand("rollback", _connection))
                await end.ExecuteNonQueryAsync();
            await _connection.DisposeAsync();
            _connection = null;
        }

        public async ValueTask DisposeAsync()
        {
            await ReleaseAsync();
            await _source.DisposeAsync();
        }
    }
}
