using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>What becomes of one task: its record, its cancellation, its end.</summary>
public abstract class LifeTests(TaskCluster cluster)
{
    private readonly string _id = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_task_shows_what_it_was_asked_and_what_it_did()
    {
        var (remote, alice, thing) = (Guid.NewGuid(), Guid.NewGuid(), new ResourceReference(ResourceKind.Remote, Guid.NewGuid()));
        var made = new MadeVersion(Guid.NewGuid(), 3, Guid.NewGuid(), DateTimeOffset.UtcNow);
        var id = await cluster.Tasks.DispatchAsync(
            new(ActHandler.Name, _id, [new Reservation.Work("x")], [Reservation.Of(ResourceKind.Remote, remote)], alice, "cid-1")
            {
                Work = "act.once",
            });
        await cluster.Stage[_id].Begins;
        var context = cluster.Stage[_id].Context!;
        await context.ReportAsync(ProgressReport.Running("Working", "test.work", 1, 2));
        await context.ReportAsync(ProgressReport.Completed("Working", "test.work", 2, 2));
        context.AddCreated(thing);
        context.AddCreated(made);
        context.AddCreated(thing);
        context.Result = """{"n":1}""";
        cluster.Stage.Release(_id);

        var task = await cluster.EndOfAsync(id);
        Assert.Equal(
            ("act.once", alice, "cid-1", TaskState.Completed),
            (task.Name, task.CreatedBy, task.CorrelationId, task.State));
        Assert.Equal([new($"Remote:{remote}", false), new("x", true)], task.Reserved);
        Assert.Equal([new("Working", "test.work", "completed", 2, 2)], task.Progress);
        Assert.Equal([CreatedResource.Of(thing), CreatedResource.Of(made)], task.Created);
        Assert.Equal("""{"n":1}""", task.Result);
        Assert.True(task.CreatedAt <= task.UnblockedAt && task.UnblockedAt <= task.StartedAt);
        Assert.True(task.StartedAt <= task.FinishedAt);
    }

    [Fact]
    public async Task A_task_that_is_asked_for_again_by_its_id_is_done_once()
    {
        var (id, group) = (Guid.NewGuid(), Guid.NewGuid());
        var request = new TaskRequest(ActHandler.Name, _id, [], [])
        {
            Group = group,
            GroupDescription = "Import of south",
        };
        await cluster.Tasks.DispatchAsync(id, request);
        await cluster.Stage[_id].Begins;
        await cluster.Tasks.DispatchAsync(id, request);
        cluster.Stage.Release(_id);
        await cluster.EndOfAsync(id);
        await cluster.Tasks.DispatchAsync(id, request);
        Assert.Equal(TaskState.Completed, await cluster.StateOfAsync(id));
        Assert.Equal((1L, "Import of south"), await cluster.Engine.ReadAsync(
            row => (row.Int64(0), row.String(1)),
            "select count(*), min(g.description) from task t join task_group g on g.id = t.group_id where g.id = @group",
            ("group", group)));
    }

    [Fact]
    public async Task A_waiting_task_is_cancelled_at_once_and_makes_way()
    {
        var first = await cluster.ActAsync($"{_id}-1", [_id]);
        var second = await cluster.ActAsync($"{_id}-2", [_id]);
        var third = await cluster.ActAsync($"{_id}-3", [_id]);
        await cluster.Stage[$"{_id}-1"].Begins;
        var cancelled = await cluster.Tasks.CancelAsync(second);
        Assert.Equal((TaskState.Canceled, null), (cancelled?.State, cancelled?.Error));

        cluster.Stage.Release($"{_id}-1", $"{_id}-3");
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(third)).State);
        Assert.Equal(TaskState.Completed, await cluster.StateOfAsync(first));
        Assert.Empty(cluster.Stage[$"{_id}-2"].Nodes);
    }

    [Fact]
    public async Task A_running_task_is_told_to_stop_and_the_next_one_runs()
    {
        var running = await cluster.ActAsync($"{_id}-1", [_id]);
        var next = await cluster.ActAsync($"{_id}-2", [_id]);
        await cluster.Stage[$"{_id}-1"].Begins;
        cluster.Stage.Release($"{_id}-2");
        var asked = await cluster.Tasks.CancelAsync(running);
        Assert.Contains(asked!.State, new[] { TaskState.Canceling, TaskState.Canceled });
        Assert.Equal(TaskState.Canceled, (await cluster.EndOfAsync(running)).State);
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(next)).State);
    }

    [Fact]
    public async Task A_finished_task_cannot_be_cancelled_and_a_running_one_cannot_be_deleted()
    {
        var id = await cluster.ActAsync(_id);
        await cluster.Stage[_id].Begins;
        Assert.False(await cluster.Tasks.DeleteAsync(id));
        cluster.Stage.Release(_id);
        await cluster.EndOfAsync(id);
        Assert.Equal(TaskState.Completed, (await cluster.Tasks.CancelAsync(id))?.State);
        Assert.True(await cluster.Tasks.DeleteAsync(id));
        Assert.Null(await cluster.Reader.FindAsync(id));
        Assert.Null(await cluster.Tasks.CancelAsync(id));
    }

    [Fact]
    public async Task A_task_that_nobody_can_do_fails_and_says_so()
    {
        var id = await cluster.Tasks.DispatchAsync(new("no-such-kind", "{}", [], []));
        var task = await cluster.EndOfAsync(id);
        Assert.Equal(TaskState.Failed, task.State);
        Assert.Contains("no-such-kind", task.Error!.Description);
    }

    public sealed class OnPostgres(PostgresCluster cluster) : LifeTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : LifeTests(cluster), IClassFixture<SqliteCluster>;
}
