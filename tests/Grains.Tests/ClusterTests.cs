using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

/// <summary>Two nodes are one registry.</summary>
public abstract class ClusterTests(ClusterFixture fixture)
{
    private RegistryCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Either_node_reads_what_the_other_wrote()
    {
        var (here, there) = (Cluster[0], Cluster[1]);
        var repository = (await here.CreateRepositoryAsync()).GetPrimaryKey();
        for (var number = 1; number <= 10; number++)
        {
            Assert.Equal(number, await here.PushImageAsync(repository, $"image-{number}"));
            Assert.Equal(number, await there.Grains.Repository(repository).GetHeadAsync());
            Assert.Equal(
                Images.Image($"image-{number}").Digest.ToString(),
                await there.ResolveAsync(repository, $"image-{number}"));
            (here, there) = (there, here);
        }

        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task A_name_that_is_bound_on_one_node_is_served_by_the_other()
    {
        var name = Node.NewName();
        Assert.Null(await Cluster[0].Grains.Distribution(name).FindAsync());
        Assert.Null(await Cluster[1].Grains.Distribution(name).FindAsync());
        var made = await Cluster[0].Grains.Distribution(name).GetOrCreateAsync();
        Assert.Equal(made, await Cluster[1].Grains.Distribution(name).FindAsync());
        Assert.Equal(made, await Cluster[1].Grains.Distribution(name).GetOrCreateAsync());
    }

    [Fact]
    public async Task First_pushes_on_both_nodes_agree_on_one_repository()
    {
        var name = Node.NewName();
        var bindings = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(place => Cluster[place % 2].Grains.Distribution(name).GetOrCreateAsync()));
        Assert.Single(bindings.Distinct());
    }

    [Fact]
    public async Task Pushes_on_both_nodes_are_versions_of_one_history()
    {
        var repository = (await Cluster[0].CreateRepositoryAsync()).GetPrimaryKey();
        var numbers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            place => Cluster[place % 2].PushImageAsync(repository, $"image-{place}")));
        Assert.Equal(Enumerable.Range(1, 100), numbers.Order());
        for (var place = 0; place < numbers.Length; place++)
            Assert.NotNull(await fixture.Cluster[0].Service<IVersionReader>().FindAsync(
                repository, numbers[place], new(ContentKind.Tag, $"image-{place}")));
        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task A_repository_goes_on_where_it_was_after_a_rest()
    {
        var repository = await Cluster[0].CreateRepositoryAsync();
        await Cluster[0].PushImageAsync(repository.GetPrimaryKey(), "before");
        await Cluster.DeactivateAsync(repository);
        Assert.Equal(1, await repository.GetHeadAsync());
        Assert.Equal(2, await Cluster[1].PushImageAsync(repository.GetPrimaryKey(), "after"));
    }

    [Fact]
    public async Task A_blob_admitted_on_one_node_can_be_used_mounted_and_removed_on_the_other()
    {
        var (mine, theirs) = (await Cluster[0].CreateRepositoryAsync(), await Cluster[0].CreateRepositoryAsync());
        var blob = await Cluster[0].PushBlobAsync(mine.GetPrimaryKey(), "travelling");
        var grains = Cluster[1].Grains;
        Assert.True(await grains.Repository(theirs.GetPrimaryKey()).MountBlobAsync(mine.GetPrimaryKey(), blob));
        Assert.False(await grains.Repository(theirs.GetPrimaryKey()).MountBlobAsync(Guid.NewGuid(), blob));
        Assert.Equal(1, await Cluster[1].PutAsync(theirs.GetPrimaryKey(), Images.Image("travelling"), "latest"));
        await grains.Repository(mine.GetPrimaryKey()).RemoveBlobAsync(blob);
        var refusal = await RefusalOnBothAsync(
            node => node.Grains.Repository(mine.GetPrimaryKey()).RemoveBlobAsync(blob));
        Assert.Equal(ProblemKind.BlobUnknown, refusal.Kind);
        Assert.Equal(0, await mine.GetHeadAsync());
    }

    [Fact]
    public async Task Refusals_reach_callers_on_either_node_word_for_word()
    {
        var repository = (await Cluster[0].CreateRepositoryAsync()).GetPrimaryKey();
        var (image, missing) = (Images.Image("absent"), Images.DigestOf("absent").ToString());

        var refusal = await RefusalOnBothAsync(node => node.PutAsync(repository, image));
        Assert.Equal((ProblemKind.ManifestBlobUnknown, missing), (refusal.Kind, refusal.Subject));
        Assert.Contains(missing, refusal.Message, StringComparison.Ordinal);

        refusal = await RefusalOnBothAsync(node => node.Grains.Repository(repository).ApplyAsync(new Untag(Tag.Parse("absent"))));
        Assert.Equal((ProblemKind.ManifestUnknown, "absent"), (refusal.Kind, refusal.Subject));

        refusal = await RefusalOnBothAsync(
            node => node.Grains.Repository(repository).ApplyAsync(new RemoveManifest(image.Digest)));
        Assert.Equal((ProblemKind.ManifestUnknown, image.Digest.ToString()), (refusal.Kind, refusal.Subject));

        var nowhere = Guid.NewGuid();
        refusal = await RefusalOnBothAsync(node => node.Grains.Repository(nowhere).GetHeadAsync());
        Assert.Equal((ProblemKind.NameUnknown, nowhere.ToString()), (refusal.Kind, refusal.Subject));
    }

    [Fact]
    public async Task An_outage_reaches_callers_on_either_node_as_an_outage()
    {
        var repository = (await Cluster[0].CreateRepositoryAsync()).GetPrimaryKey();
        await Cluster[0].PushBlobAsync(repository, "config");
        foreach (var node in Cluster.Nodes)
        {
            Cluster.Interference.Fail(repository, new DriverException("the disk is full"));
            var outage = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => node.PutAsync(repository, Images.Image("config"), "latest"));
            Assert.Equal("the disk is full", outage.Message);
        }

        Assert.Equal(1, await Cluster[0].PutAsync(repository, Images.Image("config"), "latest"));
    }

    [Fact]
    public async Task A_fault_reaches_callers_on_either_node_with_its_name_and_message()
    {
        var repository = (await Cluster[0].CreateRepositoryAsync()).GetPrimaryKey();
        await Cluster[0].PushBlobAsync(repository, "config");
        foreach (var node in Cluster.Nodes)
        {
            Cluster.Interference.Fail(repository, new SurpriseException("unheard of"));
            var fault = await Assert.ThrowsAsync<InvalidOperationException>(
                () => node.PutAsync(repository, Images.Image("config"), "latest"));
            Assert.Equal("SurpriseException: unheard of", fault.Message);
        }

        Assert.Equal(1, await Cluster[0].PutAsync(repository, Images.Image("config"), "latest"));
    }

    /// <summary>The refusal that callers on every node get, which must be the same.</summary>
    private async Task<Problem> RefusalOnBothAsync(Func<Node, Task> call)
    {
        var refusals = new List<Problem>();
        foreach (var node in Cluster.Nodes)
            refusals.Add((await Assert.ThrowsAsync<ProblemException>(() => call(node))).Problem);
        Assert.Equal(2, refusals.Count);
        return Assert.Single(refusals.Distinct());
    }

    /// <summary>An outage as a store words it: with the driver's exception inside, which no serializer knows.</summary>
    private sealed class DriverException(string message)
        : StoreUnavailableException(message, new SurpriseException("a driver's own words"));

    private sealed class SurpriseException(string message) : Exception(message);

    public sealed class OnPostgres(PostgresCluster cluster) : ClusterTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : ClusterTests(cluster), IClassFixture<SqliteCluster>;
}
