using Orleans.TestingHost;
using OrleansRegistry.Access;
using OrleansRegistry.Collection;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
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

    public ValueTask InitializeAsync() => cluster.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_collection_goes_on_when_its_store_is_back()
    {
        var failures = 2;
        cluster.Stage.Collection.BeforePending = _ =>
            failures-- > 0 ? Task.FromException(Outage) : Task.CompletedTask;
        await CompletesAsync(await StartAsync());
    }

    [Fact]
    public async Task What_fails_in_any_other_way_is_tried_again_too()
    {
        var failures = 2;
        cluster.Stage.Collection.BeforePending = _ =>
            failures-- > 0 ? Task.FromException(new InvalidOperationException("A surprise.")) : Task.CompletedTask;
        await CompletesAsync(await StartAsync());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_emptied_does_not_keep_a_collection_from_its_end()
    {
        cluster.Stage.Collection.Sealed = 3;
        await CompletesAsync(await StartAsync());
    }

    [Fact]
    public async Task A_cancelled_collection_ends_although_its_store_fails()
    {
        cluster.Stage.Collection.BeforePending = _ =>
        {
            _reached.TrySetResult();
            return Task.FromException(Outage);
        };
        var task = await StartAsync();
        await _reached.Task.WaitAsync(Patience);
        await cluster.Tasks.CancelAsync(task);
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(task)).State);
    }

    [Fact]
    public async Task A_node_that_shuts_down_hands_the_collection_over()
    {
        var task = await HeldAsync();
        var begun = await CursorAsync(task);
        await cluster.Cluster.StopSiloAsync(await NodeOfAsync(task));
        _released.SetResult();

        await CompletesAsync(task);
        Assert.Equal(2, _visits);
        Assert.Equal(begun.Before, (await CursorAsync(task)).Before); // it went on, and did not begin again
    }

    [Fact]
    public async Task A_collection_whose_node_dies_goes_on_where_it_stood()
    {
        var task = await HeldAsync();
        var begun = await CursorAsync(task);
        Assert.Equal(CollectionPhase.Pending, begun.Phase);
        await cluster.Cluster.KillSiloAsync(await NodeOfAsync(task));
        _released.SetResult();

        await CompletesAsync(task);
        Assert.Equal(begun.Before, (await CursorAsync(task)).Before);
    }

    [Fact]
    public async Task Who_cancels_the_task_ends_its_collection()
    {
        var task = await HeldAsync();
        await cluster.Tasks.CancelAsync(task);
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(task)).State);
        _released.SetResult();
        Assert.Equal(1, _visits);
    }

    [Fact]
    public async Task Two_collections_never_run_at_once()
    {
        var first = await HeldAsync();
        var second = await StartAsync();
        Assert.Equal(TaskState.Waiting, await cluster.StateOfAsync(second));
        Assert.Equal(first, (await CurrentAsync())!.Id);
        _released.SetResult();
        await CompletesAsync(first);
        await CompletesAsync(second);
        Assert.Equal(second, (await CurrentAsync())!.Id);
    }

    [Fact]
    public async Task Who_cancels_a_waiting_task_leaves_the_collection_of_others_alone()
    {
        var runs = await HeldAsync();
        var waits = await StartAsync();
        await cluster.Tasks.CancelAsync(waits);
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(waits)).State);
        Assert.Equal(TaskState.Running, await cluster.StateOfAsync(runs));
        _released.SetResult();
        await CompletesAsync(runs);
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

        await CompletesAsync(await StartAsync());
        Assert.Null(await cluster.Reader.FindAsync(old));
        Assert.NotNull(await cluster.Reader.FindAsync(recent));
        Assert.Equal("", await world.HoldsAsync(repository)); // what the old one made
        Assert.Equal(0, await CountAsync("repository_content where repository_id = @id", swept));
        Assert.Equal(0, await CountAsync("deleted_repository where id = @id", swept));
    }

    [Fact]
    public async Task A_collection_forgets_pulls_of_days_that_are_over_for_the_journal()
    {
        cluster.Engine.SkipIfAbsent();
        var pulls = new PullStore(cluster.Engine.Database, TimeProvider.System);
        var pull = new Pull(
            Images.DigestOf("image"), Guid.NewGuid(), RepositoryName.Parse("team/app"), null, Caller.Anonymous, null);
        var now = DateTimeOffset.UtcNow;
        int[] ages = [200, 92, 88, 0];
        await pulls.AddAsync([.. ages.Select(age => PullEntry.Of(pull, now.AddDays(-age)))], CancellationToken.None);

        await CompletesAsync(await StartAsync());
        var left = await pulls.ListAsync([pull.Manifest], DateOnly.MinValue, null, 10, CancellationToken.None);
        Assert.Equal([88, 0], left.OrderBy(row => row.Day).Select(row => (int)Math.Round((now - row.First).TotalDays)));
    }

    private async Task<Guid> ClearAsync(Guid repository)
    {
        cluster.Stage.Release(repository.ToString());
        var task = await cluster.Tasks.DispatchAsync(
            new(ClearHandler.Name, repository.ToString(), [Reservation.Of(ResourceKind.Repository, repository)], []));
        await cluster.EndOfAsync(task);
        return task;
    }

    private Task<long> CountAsync(string condition, Guid id) =>
        cluster.Engine.ReadAsync(row => row.Int64(0), $"select count(*) from {condition}", ("id", id));

    private Task<Guid> StartAsync() => cluster.Tasks.DispatchAsync(CollectGarbage.Request(null));

    // A collection that has reached what is pending, and waits there.
    private async Task<Guid> HeldAsync()
    {
        cluster.Stage.Collection.BeforePending = HoldAsync;
        var task = await StartAsync();
        await _reached.Task.WaitAsync(Patience);
        return task;
    }

    private async Task CompletesAsync(Guid task) =>
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(task)).State);

    private async Task<CollectionCursor> CursorAsync(Guid task) =>
        TaskJson.Read<CollectionCursor>((await cluster.Reader.FindAsync(task))!.Cursor!);

    private Task<TaskRecord?> CurrentAsync() =>
        cluster.Reader.FindCurrentAsync(CollectGarbage.Kind);

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
