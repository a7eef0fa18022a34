using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>A task makes one version of a repository: not a second one, and none once it is over.</summary>
public abstract class FenceTests(TaskCluster cluster)
{
    private readonly World _world = new(cluster);

    [Fact]
    public async Task What_is_done_again_for_the_same_task_is_not_done_twice()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var task = await RunningAsync();
        var made = await Actions(repository).ApplyAsync(new RemoveContent(await _world.IdsAsync("x")), task);
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("x")));
        Assert.Equal(made, await Actions(repository).ApplyAsync(new RemoveContent(await _world.IdsAsync("x")), task));
        Assert.Contains("x", World.Words(await _world.HoldsAsync(repository)));
    }

    [Fact]
    public async Task It_is_not_done_twice_where_the_version_is_deleted_by_then()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var task = await RunningAsync();
        var made = await Actions(repository).ApplyAsync(new RemoveContent(null), task);
        var head = await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("x")));
        await Actions(repository).DeleteVersionAsync(made);
        Assert.Equal(made, await Actions(repository).ApplyAsync(new RemoveContent(null), task));
        Assert.Equal(head, await cluster.Grains.Repository(repository).GetHeadAsync());
        Assert.Equal("x", await _world.HoldsAsync(repository));
    }

    [Fact]
    public async Task An_attempt_that_lost_its_task_makes_no_version()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var task = await RunningAsync();
        await AssertSupersededAsync(repository, task with { Attempt = task.Attempt - 1 });
        await AssertSupersededAsync(repository, task with { Task = Guid.NewGuid() });
    }

    [Fact]
    public async Task A_cancelled_task_makes_no_version()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var task = await RunningAsync();
        await cluster.Tasks.CancelAsync(task.Task);
        await AssertSupersededAsync(repository, task);
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(task.Task)).State);
    }

    [Fact]
    public async Task A_task_that_is_cancelled_after_its_version_was_made_has_completed_and_names_it()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var id = await cluster.Tasks.DispatchAsync(
            new(ClearHandler.Name, repository.ToString(), [Reservation.Of(ResourceKind.Repository, repository)], []));
        await cluster.Stage[repository.ToString()].Begins;
        await cluster.Tasks.CancelAsync(id);

        var head = await cluster.Grains.Repository(repository).GetHeadAsync();
        var task = await cluster.EndOfAsync(id);
        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal(
            [ResourceReference.Version(repository, head)], task.Created.Select(created => created.Resource));
    }

    private async Task AssertSupersededAsync(Guid repository, TaskStamp task)
    {
        var before = await cluster.Grains.Repository(repository).GetHeadAsync();
        var problem = await Assert.ThrowsAsync<ProblemException>(() => Actions(repository).ApplyAsync(new RemoveContent(null), task));
        Assert.Equal(ProblemKind.Superseded, problem.Problem.Kind);
        Assert.Equal(before, await cluster.Grains.Repository(repository).GetHeadAsync());
    }

    private async Task<TaskStamp> RunningAsync()
    {
        var act = Guid.NewGuid().ToString("N");
        await cluster.ActAsync(act);
        await cluster.Stage[act].Begins;
        return cluster.Stage[act].Context!.Stamp;
    }

    private IRepositoryGrain Actions(Guid repository) => cluster.Grains.Repository(repository);

    public sealed class OnPostgres(PostgresCluster cluster) : FenceTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : FenceTests(cluster), IClassFixture<SqliteCluster>;
}
