using Orleans.TestingHost;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>A task outlives its node. Each test kills one, and so has a cluster of its own.</summary>
public abstract class NodeDeathTests(TaskCluster cluster) : IAsyncLifetime
{
    public ValueTask InitializeAsync() => cluster.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_task_whose_node_died_is_finished_by_another()
    {
        var id = await cluster.ActAsync("act", ["thing"]);
        var behind = await cluster.ActAsync("behind", ["thing"]);
        await cluster.Stage["act"].Begins;
        await cluster.Cluster.KillSiloAsync(NodeOf("act"));
        await cluster.Stage["act"].BeginsAgain;
        Assert.Equal(TaskState.Waiting, await cluster.StateOfAsync(behind));

        cluster.Stage.Release("act", "behind");
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(id)).State);
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(behind)).State);
        Assert.Equal(2, cluster.Stage["act"].Nodes.Distinct().Count());
    }

    [Fact]
    public async Task Work_that_was_committed_before_its_node_died_is_not_done_again()
    {
        var world = new World(cluster);
        var repository = await world.CreateFullAsync("i=I");
        var before = await cluster.Grains.Repository(repository).GetHeadAsync();
        var id = await cluster.Tasks.DispatchAsync(
            new(ClearHandler.Name, repository.ToString(), [Reservation.Of(ResourceKind.Repository, repository)], []));
        await cluster.Stage[repository.ToString()].Begins;
        await cluster.Cluster.KillSiloAsync(NodeOf(repository.ToString()));

        // Between the two attempts somebody pushes: a second version would take that away.
        var added = await world.IdsAsync("x");
        var pushed = await cluster.Grains.Repository(repository).ApplyAsync(new AddContent(added));
        await cluster.Stage[repository.ToString()].BeginsAgain;
        cluster.Stage.Release(repository.ToString());
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(id)).State);
        Assert.Equal(before + 2, pushed);
        Assert.Equal(pushed, await cluster.Grains.Repository(repository).GetHeadAsync());
        Assert.Equal("x", await world.HoldsAsync(repository));
    }

    [Fact]
    public async Task A_node_that_shuts_down_hands_its_task_over()
    {
        var id = await cluster.ActAsync("act");
        await cluster.Stage["act"].Begins;
        await cluster.Cluster.StopSiloAsync(NodeOf("act"));
        await cluster.Stage["act"].BeginsAgain;
        cluster.Stage.Release("act");
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(id)).State);
    }

    [Fact]
    public async Task A_node_stops_although_the_store_of_tasks_does_not_answer()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Stage.HoldStoreAsync = (method, token) =>
        {
            if (method != nameof(ITaskStore.FindReadyAsync))
                return Task.CompletedTask;
            asked.TrySetResult();
            return new TaskCompletionSource().Task.WaitAsync(token);
        };
        var nodes = cluster.Cluster.Silos;
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cluster.Cluster.StopSiloAsync(nodes[1]).WaitAsync(TimeSpan.FromSeconds(30));
        cluster.Stage.HoldStoreAsync = (_, _) => Task.CompletedTask;
        cluster.Stage.Close();
    }

    private InProcessSiloHandle NodeOf(string act) =>
        cluster.Cluster.Silos.Single(silo => silo.SiloAddress.ToString() == cluster.Stage[act].Nodes.First());

    public sealed class OnPostgres() : NodeDeathTests(new PostgresCluster());

    public sealed class OnSqlite() : NodeDeathTests(new SqliteCluster());
}
