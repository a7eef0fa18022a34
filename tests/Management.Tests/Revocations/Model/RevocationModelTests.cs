using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Management.Tests.Model;

/// <summary>
/// Random histories in which keys are revoked and taken back while content is pushed, signed, copied, rolled back,
/// synchronised and removed: after each step, no way shows anything revoked, and versions are the model's. REGISTRY_TEST_SEED
/// picks other histories than the usual ones.
/// </summary>
public abstract class RevocationModelTests(Engine engine) : RevokingRegistry(engine)
{
    private const int StepsEach = 80;
    private const int AtOnce = 16; // what is revoked waits for its leases most of the time

    private static readonly int FirstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_TEST_SEED"), out var seed) ? seed : 1;

    private protected override void Replace(IServiceCollection services) =>
        services.AddUpstreams(new() { Allow = ["127.0.0.1"] });

    [Fact]
    public async Task Nothing_revoked_is_ever_shown_and_versions_are_what_the_model_says()
    {
        Routes[] nodes = [.. Nodes.Select(node => new Routes(node))];
        foreach (var node in nodes)
            await node.Pulp.DocumentAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(FirstSeed, Steps / StepsEach),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) =>
            {
                await using var history = new History(nodes, Engine.Database, seed);
                await history.LiveAsync(StepsEach);
            });
    }

    // One in seven means nothing where it falls, such as a push to a repository without a name.
    private protected abstract int Steps { get; }

    public sealed class OnSqlite() : RevocationModelTests(new SqliteEngine())
    {
        private protected override int Steps => Effort.Of(usual: 160, whenLong: 24_000);
    }

    public sealed class OnPostgres() : RevocationModelTests(new PostgresEngine())
    {
        private protected override int Steps => Effort.Of(usual: 160, whenLong: 24_000);
    }
}
