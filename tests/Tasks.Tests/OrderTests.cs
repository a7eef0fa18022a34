namespace OrleansRegistry.Tasks.Tests;

/// <summary>Whose turn it is.</summary>
public abstract class OrderTests(TaskCluster cluster)
{
    private readonly string _id = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Tasks_that_change_the_same_thing_run_in_the_order_in_which_they_were_asked_for()
    {
        string[] acts = [.. Enumerable.Range(0, 20).Select(n => $"{_id}-{n}")];
        var tasks = new List<Guid>();
        foreach (var act in acts)
            tasks.Add(await cluster.ActAsync(act, [_id]));
        await cluster.Stage[acts[0]].Begins;
        Assert.Equal(TaskState.Running, await cluster.StateOfAsync(tasks[0]));
        Assert.Equal(TaskState.Waiting, await cluster.StateOfAsync(tasks[1]));

        cluster.Stage.Release(acts);
        await cluster.EndOfAsync(tasks[^1]);
        Assert.Equal(acts, cluster.Stage.Begun.Where(act => act.StartsWith(_id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tasks_that_change_different_things_run_together()
    {
        await cluster.ActAsync($"{_id}-a", [$"{_id}-a"]);
        await cluster.ActAsync($"{_id}-b", [$"{_id}-b"]);
        await cluster.Stage[$"{_id}-a"].Begins;
        await cluster.Stage[$"{_id}-b"].Begins;
        cluster.Stage.Release($"{_id}-a", $"{_id}-b");
    }

    [Fact]
    public async Task Readers_run_together_and_a_writer_waits_for_them_and_holds_off_those_behind()
    {
        await cluster.ActAsync($"{_id}-r1", shared: [_id]);
        await cluster.ActAsync($"{_id}-r2", shared: [_id]);
        var writer = await cluster.ActAsync($"{_id}-w", [_id]);
        var behind = await cluster.ActAsync($"{_id}-r3", shared: [_id]);
        await cluster.Stage[$"{_id}-r1"].Begins;
        await cluster.Stage[$"{_id}-r2"].Begins;
        Assert.Equal(TaskState.Waiting, await cluster.StateOfAsync(writer));
        Assert.Equal(TaskState.Waiting, await cluster.StateOfAsync(behind));

        cluster.Stage.Release($"{_id}-r1", $"{_id}-r2");
        await cluster.Stage[$"{_id}-w"].Begins;
        Assert.Equal(TaskState.Waiting, await cluster.StateOfAsync(behind));
        cluster.Stage.Release($"{_id}-w", $"{_id}-r3");
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(behind)).State);
    }

    [Fact]
    public async Task A_task_that_waits_for_two_others_starts_when_both_have_ended_whichever_is_last()
    {
        await cluster.ActAsync($"{_id}-a", [$"{_id}-a"]);
        await cluster.ActAsync($"{_id}-b", [$"{_id}-b"]);
        var both = await cluster.ActAsync($"{_id}-both", [$"{_id}-a", $"{_id}-b"]);
        await cluster.Stage[$"{_id}-a"].Begins;
        await cluster.Stage[$"{_id}-b"].Begins;
        cluster.Stage.Release($"{_id}-a", $"{_id}-b");
        cluster.Stage.Release($"{_id}-both");
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(both)).State);
    }

    [Fact]
    public async Task Many_tasks_that_concern_one_thing_leave_places_for_the_others()
    {
        // More than both nodes have places for.
        string[] acts = [.. Enumerable.Range(0, 70).Select(n => $"{_id}-{n}")];
        var tasks = new List<Guid>();
        foreach (var act in acts)
            tasks.Add(await cluster.ActAsync(act, shared: [_id]));
        await cluster.ActAsync($"{_id}-other", [$"{_id}-other"]);
        await cluster.Stage[$"{_id}-other"].Begins;

        cluster.Stage.Release([.. acts, $"{_id}-other"]);
        foreach (var task in tasks)
            Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(task)).State);
    }

    [Fact]
    public async Task A_failed_task_lets_the_next_one_run()
    {
        cluster.Stage[$"{_id}-a"].End.SetResult(new ProblemException(ProblemKind.NameUnknown, "No such thing."));
        cluster.Stage.Release($"{_id}-b");
        var failing = await cluster.ActAsync($"{_id}-a", [_id]);
        var next = await cluster.ActAsync($"{_id}-b", [_id]);
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(next)).State);
        var failed = await cluster.EndOfAsync(failing);
        Assert.Equal((TaskState.Failed, "No such thing."), (failed.State, failed.Error?.Description));
    }

    public sealed class OnPostgres(PostgresCluster cluster) : OrderTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : OrderTests(cluster), IClassFixture<SqliteCluster>;
}
