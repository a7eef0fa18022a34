using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Who may run, as the database decides it.</summary>
public abstract class TaskLineTests(Engine engine)
{
    private static readonly TaskOutcome Done = new(TaskState.Completed, null, [], [], null);

    private static readonly FullSlots NothingFull = new([], []);

    private readonly string _lane = Guid.NewGuid().ToString("N");

    protected ITaskStore Store
    {
        get
        {
            engine.SkipIfAbsent();
            return field ??= new TaskStore(engine.Database, TimeProvider.System, new PlainNames());
        }
    }

    [Fact]
    public async Task Only_the_first_in_line_can_be_claimed_and_only_once()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.True(await Store.CreateAsync(first, On(_lane)));
        Assert.False(await Store.CreateAsync(second, On(_lane)));
        Assert.Null(await ClaimAsync(second));
        var attempt = await ClaimAsync(first);
        Assert.Equal(1, attempt!.Number);
        Assert.Null(await ClaimAsync(first));
        Assert.Equal([second], await Store.FinishAsync(attempt, Done));
        Assert.NotNull(await ClaimAsync(second));
    }

    [Fact]
    public async Task An_attempt_that_lost_its_task_changes_nothing_any_more()
    {
        var id = Guid.NewGuid();
        await Store.CreateAsync(id, On(_lane));
        var older = await ClaimAsync(id);
        var newer = await Store.TryClaimAsync(id, "other", DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1));
        Assert.Equal(2, newer!.Number);
        Assert.Empty(await Store.BeatAsync("node", [id]));
        Assert.False(await Store.SaveAsync(older!, [], null));
        Assert.Null(await Store.FinishAsync(older!, Done));
        Assert.NotNull(await Store.FinishAsync(newer, Done));
    }

    [Fact]
    public async Task The_first_task_of_a_group_makes_it_and_it_is_closed_once_all_are_sent()
    {
        var (group, first) = (Guid.NewGuid(), Guid.NewGuid());
        var request = On(_lane) with { Group = group, GroupDescription = "Import of south" };
        await Store.CreateAsync(first, request);
        await Store.CreateAsync(first, request);
        await Store.CreateAsync(Guid.NewGuid(), request with { Parent = first, GroupDescription = "another" });
        Assert.Equal(("Import of south", false), await GroupAsync(group));
        await Store.CloseGroupAsync(group);
        await Store.CloseGroupAsync(group);
        await Store.CreateAsync(first, request);
        Assert.Equal(("Import of south", true), await GroupAsync(group));
        Assert.Equal(2, await engine.ReadAsync(
            row => row.Int64(0), "select count(*) from task where group_id = @group", ("group", group)));
    }

    [Fact]
    public async Task Who_cannot_be_read_any_more_is_nobody_and_not_everybody()
    {
        var (task, user) = (Guid.NewGuid(), Guid.NewGuid());
        await Store.CreateAsync(task, On(_lane) with { CreatedBy = user });
        await engine.RunAsync("update task set created_by = 'alice' where id = @id", ("id", task));
        Assert.Equal(Guid.Empty, (await ClaimAsync(task))!.CreatedBy);
    }

    [Fact]
    public async Task A_group_is_forgotten_with_the_last_of_its_tasks()
    {
        var (group, task, user) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Store.CreateAsync(task, On(_lane) with { Group = group, CreatedBy = user });
        await PurgeAsync();
        Assert.Equal(1, await GroupsAsync());
        await Store.FinishAsync((await ClaimAsync(task))!, Done);
        await PurgeAsync();
        Assert.Equal(0, await GroupsAsync());

        Task PurgeAsync() => Store.PurgeAsync(DateTimeOffset.UtcNow.AddMinutes(1), [TaskState.Completed], user, 100);

        Task<long> GroupsAsync() => engine.ReadAsync(
            row => row.Int64(0), "select count(*) from task_group where id = @id", ("id", group));
    }

    [Fact]
    public async Task A_lane_goes_with_the_last_task_in_it()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await Store.CreateAsync(first, On(_lane));
        await Store.CreateAsync(second, On(_lane));
        await Store.FinishAsync((await ClaimAsync(first))!, Done);
        Assert.Equal(1, await LanesAsync());
        await Store.CancelAsync(second);
        Assert.Equal(0, await LanesAsync());
    }

    [Fact]
    public async Task Who_enters_a_lane_that_is_going_gets_a_place_in_it()
    {
        var last = Guid.NewGuid();
        await Store.CreateAsync(last, On(_lane));
        for (var round = 0; round < 60; round++)
        {
            var attempt = (await ClaimAsync(last))!;
            Assert.NotNull(attempt);
            var next = Guid.NewGuid();
            var enters = Task.Run(() => Store.CreateAsync(next, On(_lane)));
            var leaves = Task.Run(() => Store.FinishAsync(attempt, Done));
            Assert.True(await enters != (await leaves)!.Contains(next)); // freed, and once
            Assert.Equal(1, await LanesAsync());
            last = next;
        }
    }

    [Fact]
    public async Task Dispatching_the_same_task_again_makes_no_second_one()
    {
        var id = Guid.NewGuid();
        await Store.CreateAsync(id, On(_lane));
        await Store.CreateAsync(id, On(_lane));
        var attempt = await ClaimAsync(id);
        Assert.Empty((await Store.FinishAsync(attempt!, Done))!);
        var next = Guid.NewGuid();
        Assert.True(await Store.CreateAsync(next, On(_lane)));
    }

    [Fact]
    public async Task Tasks_that_end_and_begin_at_the_same_moment_leave_nobody_behind()
    {
        // Each takes two of five lanes; whatever the timing, all of them get their turn.
        var tasks = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToArray();
        await Task.WhenAll(tasks.Select((id, n) => Store.CreateAsync(
            id, On($"{_lane}-{n % 5}", $"{_lane}-{(n * 7 / 3) % 5}"))));
        var left = tasks.ToHashSet();
        while (left.Count > 0)
        {
            var claimed = (await Task.WhenAll(left.Select(ClaimAsync))).OfType<TaskAttempt>().ToList();
            Assert.NotEmpty(claimed);
            await Task.WhenAll(claimed.Select(attempt => Store.FinishAsync(attempt, Done)));
            left.ExceptWith(claimed.Select(attempt => attempt.Task));
        }
    }

    [Fact]
    public async Task Of_ten_thousand_waiting_tasks_only_the_first_is_ready()
    {
        var first = Guid.NewGuid();
        await Store.CreateAsync(first, On(_lane));
        Guid[] waiting = [.. Enumerable.Range(2, 10_000).Select(_ => Guid.NewGuid())];
        await engine.Database.TransactAsync(session => session.ExecuteBatchAsync(
            [.. waiting.SelectMany((id, n) => Wait(id, n + 2, exclusive: true)), new(
                "update task_lane set last_place = 10001 where resource = @lane", ("lane", _lane))]));
        var ready = await Store.FindReadyAsync(DateTimeOffset.UnixEpoch, NothingFull, 20_000);
        Assert.Equal([first], ready.Intersect([first, .. waiting]));
    }

    [Fact]
    public async Task All_who_may_share_a_lane_are_freed_together_however_many()
    {
        var writer = Guid.NewGuid();
        await Store.CreateAsync(writer, On(_lane));
        await engine.Database.TransactAsync(session => session.ExecuteBatchAsync(
            [.. Enumerable.Range(2, 1100).SelectMany(place => Wait(Guid.NewGuid(), place, exclusive: false))]));
        var freed = await Store.FinishAsync((await ClaimAsync(writer))!, Done);
        Assert.Equal(1100, freed!.Count);
    }

    [Fact]
    public async Task What_a_node_has_no_place_for_hides_nothing_else_from_it()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await Store.CreateAsync(first, On(_lane));
        await Store.CreateAsync(second, On($"{_lane}-2") with { Kind = _lane });
        Assert.Equal(new TaskSlot("kind", _lane), await Store.FindSlotAsync(first));

        async Task<IEnumerable<Guid>> FindAsync(FullSlots full) =>
            (await Store.FindReadyAsync(DateTimeOffset.UnixEpoch, full, 10_000)).Intersect([first, second]);
        Assert.Equal([first, second], await FindAsync(NothingFull));
        Assert.Equal([second], await FindAsync(new([_lane], [])));
        Assert.Equal([first], await FindAsync(new([], [_lane])));
    }

    [Fact]
    public async Task A_task_that_breaks_off_is_counted_and_one_that_is_handed_over_is_not()
    {
        var id = Guid.NewGuid();
        await Store.CreateAsync(id, On(_lane));
        var soon = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1);
        Assert.Equal((1, 0), Numbers(await ClaimAsync(id)));
        var second = await Store.TryClaimAsync(id, "node", soon);
        Assert.Equal((2, 1), Numbers(second));
        await Store.YieldAsync(second!);
        Assert.Equal((3, 1), Numbers(await Store.TryClaimAsync(id, "node", soon)));
    }

    private static (int Attempt, int Interruptions) Numbers(TaskAttempt? attempt) =>
        (attempt!.Number, attempt.Interruptions);

    private IEnumerable<Statement> Wait(Guid id, int place, bool exclusive)
    {
        yield return new(
            """
            insert into task (id, name, kind, state, created_at, line, arguments)
            values (@id, 'name', 'kind', 'waiting', @now, @lane, '{}')
            """,
            ("id", id), ("now", DateTimeOffset.UtcNow), ("lane", _lane));
        yield return new(
            """
            insert into task_queue (resource, place, task_id, exclusive, blocked)
            values (@lane, @place, @id, @exclusive, @yes)
            """,
            ("lane", _lane), ("place", place), ("id", id), ("exclusive", exclusive), ("yes", true));
    }

    private Task<long> LanesAsync() => engine.ReadAsync(
        row => row.Int64(0), "select count(*) from task_lane where resource = @lane", ("lane", _lane));

    private Task<TaskAttempt?> ClaimAsync(Guid id) => Store.TryClaimAsync(id, "node", DateTimeOffset.UnixEpoch);

    private Task<(string, bool)> GroupAsync(Guid group) => engine.ReadAsync(
        row => (row.String(0), row.Bool(1)), "select description, all_dispatched from task_group where id = @id", ("id", group));

    private static TaskRequest On(params string[] lanes) => new("kind", "{}", [.. lanes.Select(lane => new Reservation.Work(lane))], []);

    public sealed class OnPostgres(PostgresEngine engine) : TaskLineTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : TaskLineTests(engine), IClassFixture<SqliteEngine>;
}
