using OrleansRegistry.Hosting;

namespace OrleansRegistry.Grains.Tests;

/// <summary>Grains that found nothing: they do not get in the way of those who create it.</summary>
public abstract class RestingTests(ClusterFixture fixture)
{
    private RegistryCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task A_name_that_is_asked_for_and_then_created_keeps_its_grain()
    {
        var grains = Enumerable.Range(0, 150).Select(_ => Cluster[0].Grains.Distribution(Node.NewName())).ToList();
        await Task.WhenAll(grains.Select(async grain =>
        {
            Assert.Null(await grain.FindAsync());
            var before = Cluster.ContextOf(grain);
            var binding = await grain.GetOrCreateAsync();
            Assert.Equal(binding, await grain.FindAsync());
            Assert.Same(before, Cluster.ContextOf(grain));
        }));
        Assert.DoesNotContain(Cluster.Journal.Entries, entry => entry.Contains("forward"));
    }

    [Fact]
    public async Task A_repository_that_is_asked_for_too_early_keeps_its_grain()
    {
        var grain = Cluster[0].Grains.Repository(Guid.NewGuid());
        await Assert.ThrowsAsync<ProblemException>(() => grain.GetHeadAsync());
        var before = Cluster.ContextOf(grain);
        await grain.ForgetAsync();
        await Assert.ThrowsAsync<ProblemException>(() => grain.GetHeadAsync());
        Assert.Same(before, Cluster.ContextOf(grain));
    }

    [Fact]
    public async Task Names_without_end_fill_no_memory()
    {
        await using var cluster = await fixture.StartAnotherAsync();
        var first = cluster[0].Grains.Distribution(Node.NewName());
        Assert.Null(await first.FindAsync());
        var context = cluster.ContextOf(first);
        for (var number = 0; number < RestingGrains.Most; number++)
            Assert.Null(await cluster[0].Grains.Distribution(Node.NewName()).FindAsync());
        await context.Deactivated.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(await first.FindAsync());
    }

    public sealed class OnPostgres(PostgresCluster cluster) : RestingTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : RestingTests(cluster), IClassFixture<SqliteCluster>;
}
