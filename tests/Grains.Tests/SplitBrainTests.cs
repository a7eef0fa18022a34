using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

/// <summary>
/// Two activations of one repository, as a split cluster has them for a while: here, two clusters that know nothing of
/// each other share a database. The database decides.
/// </summary>
public abstract class SplitBrainTests(ClusterFixture fixture)
{
    private RegistryCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Two_activations_never_answer_the_same_number()
    {
        await using var other = await fixture.StartAnotherAsync();
        var (here, there) = (Cluster[0], other[0]);
        var repository = (await here.CreateRepositoryAsync()).GetPrimaryKey();
        Assert.Equal(0, await there.Grains.Repository(repository).GetHeadAsync());
        string[] names = [.. Enumerable.Range(0, 120).Select(number => $"image-{number}")];
        foreach (var name in names)
            await here.PushBlobAsync(repository, name);

        var numbers = new List<int>();
        for (var round = 0; round < 20; round++)
        {
            using var start = new Barrier(2);
            var sides = await Task.WhenAll(new[] { here, there }.Select((node, side) => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return Task.WhenAll(names.Skip((6 * round) + (3 * side)).Take(3)
                        .Select(name => node.PutAsync(repository, Images.Image(name), name, "latest")));
                },
                TaskCreationOptions.LongRunning).Unwrap()));
            numbers.AddRange(sides.SelectMany(side => side));
        }

        Assert.Equal(Enumerable.Range(1, names.Length), numbers.Order());
        for (var place = 0; place < names.Length; place++)
        {
            var held = await here.Service<IVersionReader>().ListAsync(
                repository, numbers[place], ContentKind.Tag, null, 1000);
            Assert.Contains(ContentUnit.Tag(Tag.Parse(names[place]), Images.Image(names[place]).Digest), held);
            Assert.Equal(numbers[place] + 1, held.Count);
        }

        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task Of_two_activations_that_remove_the_same_thing_one_is_refused()
    {
        await using var other = await fixture.StartAnotherAsync();
        var (here, there) = (Cluster[0], other[0]);
        var repository = (await here.CreateRepositoryAsync()).GetPrimaryKey();
        for (var round = 1; round <= 20; round++)
        {
            await here.PushImageAsync(repository, "latest");
            await there.Grains.Repository(repository).GetHeadAsync();
            var outcomes = await Task.WhenAll(new[] { here, there }.Select(node => Task.Run(async () =>
            {
                try
                {
                    return await node.Grains.Repository(repository).ApplyAsync(new RemoveManifest(Images.Image("latest").Digest));
                }
                catch (ProblemException refusal)
                {
                    Assert.Equal(ProblemKind.ManifestUnknown, refusal.Problem.Kind);
                    return -1;
                }
            })));
            Assert.Equal(2 * round, Assert.Single(outcomes, outcome => outcome >= 0));
        }

        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_writes_on_top_of_what_it_did_not_see()
    {
        await using var other = await fixture.StartAnotherAsync();
        var (here, there) = (Cluster[0], other[0]);
        var repository = (await here.CreateRepositoryAsync()).GetPrimaryKey();
        Assert.Equal(0, await there.Grains.Repository(repository).GetHeadAsync());
        for (var number = 1; number <= 5; number++)
            await here.PushImageAsync(repository, $"image-{number}");
        Assert.Equal(6, await there.PushImageAsync(repository, "image-6"));
        Assert.Equal(6, await there.Grains.Repository(repository).GetHeadAsync());
        Assert.NotNull(await there.ResolveAsync(repository, "image-1"));
    }

    public sealed class OnPostgres(PostgresCluster cluster) : SplitBrainTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : SplitBrainTests(cluster), IClassFixture<SqliteCluster>;
}
