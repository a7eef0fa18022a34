using System.Collections.Concurrent;

namespace OrleansRegistry.Grains.Tests.Model;

/// <summary>
/// Random histories of repositories: everything a client can ask, in bursts, compared after each burst with a model
/// that is nothing but sets. REGISTRY_TEST_SEED picks other histories than the usual ones.
/// </summary>
public abstract class ModelTests(ClusterFixture fixture)
{
    private const int AtOnce = 48;

    private static readonly int FirstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_TEST_SEED"), out var seed) ? seed : 1;

    private protected async Task CompareAsync(int steps, int scenarioSteps, bool withReferrers)
    {
        await using var cluster = await fixture.StartAnotherAsync(nodes: 1, withReferrers);
        var node = cluster[0];
        await Comparison.PrepareAsync(node);
        var comparison = new Comparison(node, fixture.Engine.Database);
        var worlds = new ConcurrentDictionary<int, World>();
        var played = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(FirstSeed, steps / scenarioSteps),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) =>
            {
                var world = worlds.GetOrAdd(seed / 10, number => new World(number));
                var scenario = Scenario.Generate(seed, world, withReferrers, scenarioSteps);
                if (await comparison.FindDifferenceAsync(scenario) is { } difference)
                    Assert.Fail($"Seed {seed}: {difference}\n{await CutDownAsync(comparison, scenario)}");
                Interlocked.Add(ref played, scenario.Steps);
            });
        Assert.InRange(played, steps, int.MaxValue);
    }

    private static async Task<string> CutDownAsync(Comparison comparison, Scenario scenario)
    {
        string? difference = null;
        for (var found = true; found;)
        {
            found = false;
            foreach (var smaller in scenario.Smaller())
            {
                if (await comparison.FindDifferenceAsync(smaller) is not { } still)
                    continue;
                (scenario, difference, found) = (smaller, still, true);
                break;
            }
        }

        return $"The shortest history that shows it, in world {scenario.World.Seed}:\n{scenario}\n{difference}";
    }

    public sealed class OnSqlite(SqliteCluster cluster) : ModelTests(cluster), IClassFixture<SqliteCluster>
    {
        [Fact]
        public Task Any_history_is_what_the_model_says() => CompareAsync(Effort.Of(12_000, 90_000), 120, withReferrers: true);

        [Fact]
        public Task Any_history_is_what_the_model_says_where_referrers_stay() =>
            CompareAsync(Effort.Of(3_000, 12_000), 120, withReferrers: false);
    }

    public sealed class OnPostgres(PostgresCluster cluster) : ModelTests(cluster), IClassFixture<PostgresCluster>
    {
        [Fact]
        public Task Any_history_is_what_the_model_says() => CompareAsync(Effort.Of(900, 6_000), 60, withReferrers: true);
    }
}
