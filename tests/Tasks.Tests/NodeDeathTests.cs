using Orleans.TestingHost;

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
    public async Task A_node_that_shuts_down_hands_its_task_over()
    {
        var id = await cluster.ActAsync("act");
        await cluster.Stage["act"].Begins;
        await cluster.Cluster.StopSiloAsync(NodeOf("act"));
        await cluster.Stage["act"].BeginsAgain;
        cluster.Stage.Release("act");
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(id)).State);
    }

    private InProcessSiloHandle NodeOf(string act) =>
        cluster.Cluster.Silos.Single(silo => silo.SiloAddress.ToString() == cluster.Stage[act].Nodes.First());

    public sealed class OnPostgres() : NodeDeathTests(new PostgresCluster());

    public sealed class OnSqlite() : NodeDeathTests(new SqliteCluster());
}
