using OrleansRegistry.Content;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

/// <summary>A node dies; what was acknowledged is there, and the other node goes on.</summary>
public abstract class FailoverTests(ClusterFixture fixture)
{
    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_node_of_a_repository_is_killed()
    {
        await using var cluster = await fixture.StartAnotherAsync(nodes: 2);
        var repository = await cluster[0].CreateRepositoryAsync();
        var id = repository.GetPrimaryKey();
        var survivor = await AwakenElsewhereAsync(cluster, repository);
        for (var number = 0; number < 40; number++)
            await survivor.PushBlobAsync(id, $"image-{number}");

        var pushes = Enumerable.Range(0, 40)
            .Select(number => AcknowledgedAsync(survivor, id, $"image-{number}")).ToList();
        await Task.WhenAny(pushes);
        await cluster.KillNodeOfAsync(repository);
        var numbers = await Task.WhenAll(pushes);

        var head = await survivor.Grains.Repository(id).GetHeadAsync();
        var reader = survivor.Service<IVersionReader>();
        for (var number = 0; number < 40; number++)
        {
            Assert.InRange(numbers[number], 1, head);
            Assert.NotNull(await reader.FindAsync(id, numbers[number], new(ContentKind.Tag, $"image-{number}")));
            Assert.NotNull(await survivor.ResolveAsync(id, $"image-{number}"));
        }

        Assert.Equal(40, head); // a push whose answer was lost is not made twice
        await Recount.AssertAsync(fixture.Engine.Database, id);
    }

    [Fact]
    public async Task A_commit_whose_node_died_before_the_answer_is_there()
    {
        await using var cluster = await fixture.StartAnotherAsync(nodes: 2);
        var repository = await cluster[0].CreateRepositoryAsync();
        var id = repository.GetPrimaryKey();
        var survivor = await AwakenElsewhereAsync(cluster, repository);
        await survivor.PushBlobAsync(id, "image");
        var answer = cluster.Interference.HoldAnswer(id);
        var push = survivor.PutAsync(id, Images.Image("image"), "latest");
        await answer.Reached;
        await cluster.KillNodeOfAsync(repository);
        await Assert.ThrowsAnyAsync<Exception>(() => push);

        Assert.Equal(1, await survivor.Grains.Repository(id).GetHeadAsync());
        Assert.Equal(1, await survivor.PutAsync(id, Images.Image("image"), "latest"));
        answer.Release();
        Assert.Equal(2, await survivor.PushImageAsync(id, "next"));
    }

    [Fact]
    public async Task A_dead_node_that_wakes_up_cannot_take_the_number_of_a_later_version()
    {
        await using var cluster = await fixture.StartAnotherAsync(nodes: 2);
        var repository = await cluster[0].CreateRepositoryAsync();
        var id = repository.GetPrimaryKey();
        var survivor = await AwakenElsewhereAsync(cluster, repository);
        await survivor.PushBlobAsync(id, "late");
        var commit = cluster.Interference.Hold(id);
        var late = survivor.PutAsync(id, Images.Image("late"), "latest");
        await commit.Reached;
        await cluster.KillNodeOfAsync(repository);
        await Assert.ThrowsAnyAsync<Exception>(() => late);
        Assert.Equal(1, await survivor.PushImageAsync(id, "latest"));

        // The sleeper's write is refused; it may then plan again, on what it finds, as anyone may.
        commit.Release();
        var after = await survivor.PushImageAsync(id, "after");
        Assert.InRange(after, 2, 3);
        var reader = survivor.Service<IVersionReader>();
        Assert.Equal(
            Images.Image("latest").Digest,
            (await reader.FindAsync(id, 1, new(ContentKind.Tag, "latest")))?.Target);
        Assert.Null(await reader.FindAsync(id, 1, ContentUnit.Manifest(Images.Image("late").Digest).InRepository));
        await Recount.AssertAsync(fixture.Engine.Database, id);
    }

    /// <summary>Wakes the grain, and answers a node on which it does not live.</summary>
    private static async Task<Node> AwakenElsewhereAsync(RegistryCluster cluster, IRepositoryGrain repository)
    {
        await repository.GetHeadAsync();
        var home = cluster.NodeOf(repository);
        return cluster.Nodes.Single(node => node.Silo != home.Silo);
    }

    /// <summary>Pushes as a client does: again, until there is an answer.</summary>
    private static async Task<int> AcknowledgedAsync(Node node, Guid repository, string name)
    {
        while (true)
        {
            try
            {
                return await node.PutAsync(repository, Images.Image(name), name);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
            }
        }
    }

    public sealed class OnPostgres(PostgresCluster cluster) : FailoverTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : FailoverTests(cluster), IClassFixture<SqliteCluster>;
}
