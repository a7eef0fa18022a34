using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

/// <summary>What a repository answers is true of what was committed, also when nothing had to be.</summary>
public sealed class StaleAnswerTests(SqliteCluster fixture) : IClassFixture<SqliteCluster>
{
    private RegistryCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task An_overtaken_activation_that_has_nothing_to_change_answers_the_newest_version()
    {
        await using var other = await fixture.StartAnotherAsync();
        var (here, there) = (Cluster[0], other[0]);
        var repository = (await here.CreateRepositoryAsync()).GetPrimaryKey();
        Assert.Equal(0, await there.Grains.Repository(repository).GetHeadAsync());

        await here.PushImageAsync(repository, "image");
        Assert.Equal(1, await there.PutAsync(repository, Images.Image("image"), "image"));
        Assert.NotNull(await there.ResolveAsync(repository, "image"));
    }

    [Fact]
    public async Task A_change_is_not_refused_because_of_one_that_was_never_committed()
    {
        var repository = (await Cluster[0].CreateRepositoryAsync()).GetPrimaryKey();
        await Cluster[0].PushImageAsync(repository, "image");
        await Cluster[0].PushBlobAsync(repository, "first");
        var node = Cluster.NodeOf(Cluster[0].Grains.Repository(repository));
        var commit = Cluster.Interference.Hold(repository);
        Cluster.Interference.Fail(repository, new StoreUnavailableException("gone"));
        var first = node.PutAsync(repository, Images.Image("first"));
        await commit.Reached;

        var untag = node.Grains.Repository(repository).ApplyAsync(new Untag(Tag.Parse("image")));
        var again = node.Grains.Repository(repository).ApplyAsync(new Untag(Tag.Parse("image")));
        commit.Release();
        await first;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => untag);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => again); // not: there is no such tag
        Assert.NotNull(await node.ResolveAsync(repository, "image"));
    }
}
