using Orleans.Storage;
using OrleansRegistry.Schedules;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>What is done again and again is done once for the cluster. The tests tick, at times of their own.</summary>
public abstract class ScheduleTests(TaskCluster cluster)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _name = $"test-{Guid.NewGuid():N}";

    private IScheduleGrain Schedule => cluster.Grains.Schedule(_name);

    private int Runs => cluster.Stage.Begun.Count(act => act == _name);

    [Fact]
    public async Task A_run_follows_another_when_it_is_due_and_the_other_has_ended()
    {
        await SetAsync();
        Assert.Null((await Schedule.FindAsync())!.Last);
        var first = await RunAsync(Noon);
        await TickAsync(Noon + (3 * Hour)); // it goes on still
        Assert.Equal(first, await LastAsync());

        await EndAsync(first);
        await TickAsync(Noon + Hour - TimeSpan.FromTicks(1));
        Assert.Equal((first, TaskState.Completed), (await LastAsync(), (await Schedule.FindAsync())!.Last!.Outcome));
        await TickAsync(Noon + Hour);
        Assert.NotEqual(first, await LastAsync());
    }

    [Fact]
    public async Task Of_runs_that_were_missed_one_is_made_up_for()
    {
        await SetAsync();
        await EndAsync(await RunAsync(Noon));
        var late = Noon + (100 * Hour) + TimeSpan.FromMinutes(1);
        cluster.Stage.Release(_name);
        var second = await RunAsync(late);
        await cluster.EndOfAsync(second);
        await TickAsync(late + TimeSpan.FromMinutes(1));
        Assert.Equal(second, await LastAsync());
        await TickAsync(late + Hour);
        Assert.NotEqual(second, await LastAsync());
    }

    [Fact]
    public async Task The_outcome_of_the_last_run_outlives_its_task()
    {
        await SetAsync();
        var task = await RunAsync(Noon);
        cluster.Stage[_name].End.SetResult(new ProblemException(ProblemKind.Pinned, "No."));
        var ended = await cluster.EndOfAsync(task);
        Assert.Equal(TaskState.Failed, (await Schedule.FindAsync())!.Last!.Outcome); // as the catalogue says

        await TickAsync(Noon);
        Assert.True(await cluster.Tasks.DeleteAsync(task));
        await cluster.Cluster.DeactivateAsync(Schedule);
        var last = (await Schedule.FindAsync())!.Last;
        Assert.Equal(new ScheduledRun(task, Noon, ended.FinishedAt, TaskState.Failed), last);
    }

    [Fact]
    public async Task A_run_that_was_noted_and_not_asked_for_is_asked_for_under_the_same_id()
    {
        await SetAsync();
        cluster.Stage.HoldStoreAsync = (method, _) => method == nameof(ITaskStore.CreateAsync)
            ? Task.FromException(new DatabaseUnavailableException("Away."))
            : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => TickAsync(Noon));
        cluster.Stage.HoldStoreAsync = (_, _) => Task.CompletedTask;
        var noted = await LastAsync();
        await TickAsync(Noon + TimeSpan.FromMinutes(1));
        await EndAsync(noted);
        Assert.Equal(1, Runs);
    }

    [Fact]
    public async Task A_run_that_could_not_be_noted_is_none()
    {
        await SetAsync();
        cluster.Cursors.Fail(new InconsistentStateException("Another one wrote."));
        await Assert.ThrowsAnyAsync<Exception>(() => TickAsync(Noon));
        Assert.Null((await Schedule.FindAsync())!.Last);
        await EndAsync(await RunAsync(Noon));
        Assert.Equal(1, Runs);
    }

    [Fact]
    public async Task Another_interval_counts_from_the_last_run()
    {
        await SetAsync();
        var first = await RunAsync(Noon);
        await EndAsync(first);
        await SetAsync(TimeSpan.FromMinutes(10));
        await TickAsync(Noon + TimeSpan.FromMinutes(9));
        Assert.Equal(first, await LastAsync());
        await TickAsync(Noon + TimeSpan.FromMinutes(10));
        Assert.NotEqual(first, await LastAsync());
    }

    [Fact]
    public async Task What_is_cleared_is_done_no_more()
    {
        await SetAsync();
        await Schedule.ClearAsync();
        await TickAsync(Noon);
        Assert.Null(await Schedule.FindAsync());
        Assert.Equal(0, Runs);
    }

    [Fact]
    public async Task A_line_of_cron_waits_for_its_time()
    {
        Assert.True(Recurrence.TryParse("30 12 * * *", out var daily, out _));
        await Schedule.SetAsync(new(daily, new(ActHandler.Name, _name, [], [])));
        var set = DateTimeOffset.UtcNow;
        await TickAsync(set);
        Assert.Null((await Schedule.FindAsync())!.Last);
        await EndAsync(await RunAsync(set.AddDays(1)));
        await TickAsync(set.AddDays(1).AddMinutes(1));
        Assert.Equal(1, Runs);
    }

    [Theory]
    [InlineData("PT6H")]
    [InlineData("P1D")]
    [InlineData("*/10 2 * * 1-5")]
    public void Intervals_and_lines_of_cron_are_read(string text) =>
        Assert.True(Recurrence.TryParse(text, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("PT1S")]
    [InlineData("P9Y")]
    [InlineData("P")]
    [InlineData("every day")]
    [InlineData("* * * *")]
    [InlineData("61 * * * *")]
    public void All_else_is_refused_with_a_sentence(string text)
    {
        Assert.False(Recurrence.TryParse(text, out _, out var refusal));
        Assert.Contains("PT6H", refusal, StringComparison.Ordinal);
    }

    private Task SetAsync(TimeSpan? every = null) =>
        Schedule.SetAsync(new(Recurrence.Interval(every ?? Hour), new(ActHandler.Name, _name, [], [])));

    private Task TickAsync(DateTimeOffset now) => Schedule.AsReference<IRemindable>().ReceiveReminder(
        "tick", new(now.UtcDateTime, TimeSpan.FromMinutes(1), now.UtcDateTime));

    private async Task<Guid> LastAsync() => (await Schedule.FindAsync())!.Last!.Task;

    private async Task<Guid> RunAsync(DateTimeOffset now)
    {
        await TickAsync(now);
        return await LastAsync();
    }

    private async Task EndAsync(Guid task)
    {
        cluster.Stage.Release(_name);
        Assert.Equal(TaskState.Completed, (await cluster.EndOfAsync(task)).State);
    }

    public sealed class OnPostgres(PostgresCluster cluster) : ScheduleTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : ScheduleTests(cluster), IClassFixture<SqliteCluster>;
}
