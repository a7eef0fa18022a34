using Orleans.Storage;
using Orleans.TestingHost;
using OrleansRegistry.Collection;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>Garbage collection outlives a failing store and its nodes. Each test has a cluster of its own.</summary>
public abstract class CollectorTests(TaskCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly DatabaseUnavailableException Outage = new("The database is away.");

    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _visits;

    private ICollectorGrain Collector => cluster.Grains.Collector();

    private Task<CollectorState> Ended => cluster.Cursors.Ended.Task.WaitAsync(Patience);

    public ValueTask InitializeAsync() => cluster.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_collection_that_could_not_write_its_start_is_started_by_the_next_call()
    {
        cluster.Cursors.Fail(Outage);
        await Assert.ThrowsAnyAsync<Exception>(() => Collector.StartAsync(null));
        Assert.Equal(CollectionPhase.Idle, (await Collector.GetProgressAsync()).Phase);

        await Collector.StartAsync(null);
        Assert.Equal(CollectionPhase.Idle, (await Ended).Phase);
    }

    [Fact]
    public async Task A_start_whose_outcome_nobody_knows_is_read_again()
    {
        cluster.Cursors.Fail(new InconsistentStateException("Another one wrote."));
        await Assert.ThrowsAnyAsync<Exception>(() => Collector.StartAsync(null));
        await Collector.StartAsync(null);
        await Ended;
    }

    [Fact]
    public async Task A_collection_goes_on_when_its_store_is_back()
    {
        var failures = 2;
        cluster.Stage.Collection.BeforePending = _ =>
        {
            cluster.Cursors.Fail(Outage);
            return failures-- > 0 ? Task.FromException(Outage) : Task.CompletedTask;
        };
        await Collector.StartAsync(null);
        await Ended;
    }

    [Fact]
    public async Task A_folder_that_cannot_be_emptied_does_not_keep_a_collection_from_its_end()
    {
        cluster.Stage.Collection.Sealed = 3;
        await Collector.StartAsync(null);
        await Ended;
    }

    [Fact]
    public async Task A_cancelled_collection_ends_although_its_store_fails()
    {
        cluster.Stage.Collection.BeforePending = HoldAsync;
        await Collector.StartAsync(null);
        await _reached.Task.WaitAsync(Patience);
        await Collector.CancelAsync();
        cluster.Cursors.Fail(Outage);
        cluster.Cursors.Fail(Outage);
        _released.SetResult();
        Assert.Equal(CollectionPhase.Idle, (await Ended).Phase);
    }

    [Fact]
    public async Task A_node_that_shuts_down_hands_the_collection_over()
    {
        cluster.Stage.Collection.BeforePending = HoldAsync;
        var task = await cluster.Tasks.DispatchAsync(
            new(OrphanCleanup.Name, OrphanCleanup.Kind, TaskJson.Write(new OrphanCleanup(null)), [], []));
        await _reached.Task.WaitAsync(Patience);
        var begun = await Collector.GetProgressAsync();
        await cluster.Cluster.StopSiloAsync(await NodeOfAsync(task));
        _released.SetResult();

        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(task)).State);
        var ended = await Collector.GetProgressAsync();
        Assert.Equal((CollectionPhase.Idle, begun.StartedAt), (ended.Phase, ended.StartedAt));
    }

    [Fact]
    public async Task Who_cancels_the_task_cancels_its_collection()
    {
        cluster.Stage.Collection.BeforePending = HoldAsync;
        var task = await cluster.Tasks.DispatchAsync(
            new(OrphanCleanup.Name, OrphanCleanup.Kind, TaskJson.Write(new OrphanCleanup(null)), [], []));
        await _reached.Task.WaitAsync(Patience);
        await cluster.Tasks.CancelAsync(task);
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(task)).State);
        _released.SetResult();
        await Ended;
        Assert.Equal(1, _visits);
    }

    [Fact]
    public async Task Who_cancels_a_waiting_task_leaves_the_collection_of_others_alone()
    {
        cluster.Stage.Collection.BeforePending = HoldAsync;
        await Collector.StartAsync(null);
        await _reached.Task.WaitAsync(Patience);
        var waits = await cluster.Tasks.DispatchAsync(
            new(OrphanCleanup.Name, OrphanCleanup.Kind, TaskJson.Write(new OrphanCleanup(null)), [], []));
        await cluster.Tasks.CancelAsync(waits);
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(waits)).State);
        Assert.Equal(CollectionPhase.Pending, (await Collector.GetProgressAsync()).Phase);
        _released.SetResult();
        await Ended;
    }

    [Fact]
    public async Task A_collection_forgets_tasks_that_ended_long_ago_and_sweeps_deleted_repositories()
    {
        var world = new World(cluster);
        var (repository, swept) = (await world.CreateFullAsync("i=I"), await world.CreateFullAsync("i=I"));
        var old = await ClearAsync(repository);
        var recent = await cluster.ActAsync("recent");
        cluster.Stage.Release("recent");
        await cluster.EndOfAsync(recent);
        await cluster.Engine.RunAsync(
            "update task set finished_at = @then where id = @id",
            ("then", DateTimeOffset.UtcNow - TimeSpan.FromDays(31)), ("id", old));
        await cluster.Repositories.DeleteAsync(swept);

        await Collector.StartAsync(null);
        await Ended;
        Assert.Null(await cluster.Reader.FindAsync(old));
        Assert.NotNull(await cluster.Reader.FindAsync(recent));
        Assert.Equal("", await world.HoldsAsync(repository)); // what the old one made
        Assert.Equal(0, await CountAsync("repository_content where repository_id = @id", swept));
        Assert.Equal(0, await CountAsync("deleted_repository where id = @id", swept));
    }

    private async Task<Guid> ClearAsync(Guid repository)
    {
        cluster.Stage.Release(repository.ToString());
        var task = await cluster.Tasks.DispatchAsync(
            new("test.clear", ClearHandler.Name, repository.ToString(), [$"prn:{repository}"], []));
        await cluster.EndOfAsync(task);
        return task;
    }

    private Task<long> CountAsync(string condition, Guid id) =>
        cluster.Engine.ReadAsync(row => row.Int64(0), $"select count(*) from {condition}", ("id", id));

    private Task HoldAsync(CancellationToken cancellationToken)
    {
        _visits++;
        _reached.TrySetResult();
        return _released.Task.WaitAsync(cancellationToken);
    }

    private async Task<InProcessSiloHandle> NodeOfAsync(Guid task)
    {
        var name = await cluster.Engine.ReadAsync(
            row => row.String(0), "select node from task where id = @id", ("id", task));
        return cluster.Cluster.Silos.Single(silo => silo.SiloAddress.ToString() == name);
    }

    public sealed class OnPostgres() : CollectorTests(new PostgresCluster());

    public sealed class OnSqlite() : CollectorTests(new SqliteCluster());
}
