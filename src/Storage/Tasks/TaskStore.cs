using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITaskStore"/>
public sealed class TaskStore(IDatabase database, TimeProvider clock, IOutsideNames names) : ITaskStore
{
    private const string Own = "id = @id and attempt = @attempt and state in ('running', 'canceling')";

    // A group comes with its first task, so that one without tasks has none any more.
    private const string DropEmptyGroups =
        "delete from task_group where not exists (select 1 from task k where k.group_id = task_group.id)";

    // A heartbeat that says: the node let go of the task.
    private static readonly DateTimeOffset Yielded = DateTimeOffset.UnixEpoch;

    private readonly NamesInTasks _rows = new(names);

    private readonly TaskStatements _lines = new(database.Dialect);

    private readonly string _beat = $"""
        update task set heartbeat_at = @now
        where {database.Dialect.In("id", "ids")} and node = @node and state in ('running', 'canceling')
        returning id, state
        """;

    private readonly string _lockOwn = $"""
        select made_repository_id, made_number, made_version_id, made_at from task
        where {Own}{database.Dialect.ForUpdate}
        """;

    private readonly string _silent = $"""
        select id from task where state in ('running', 'canceling') and heartbeat_at < @stale
        and not ({Full(database.Dialect)}) order by heartbeat_at, id limit @limit
        """;

    private readonly string _free = $"""
        select id from task where state = 'waiting' and unblocked_at is not null
        and not ({Full(database.Dialect)}) order by unblocked_at, id limit @limit
        """;

    private readonly string _purge = $"""
        delete from task where id in (
          select id from task where finished_at < @before and {database.Dialect.In("state", "states")}
          and (@everyone or created_by = @user) limit @limit)
        """;

    public Task<bool> CreateAsync(Guid id, TaskRequest request, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var now = clock.GetUtcNow();
                if (request.Group is { } group)
                    await session.ExecuteAsync(InsertGroup(group, request, now), cancellationToken);
                var created = await session.ExecuteAsync(Insert(id, request, now), cancellationToken);
                if (created == 0)
                    return true; // the answer to an earlier try was lost; whether it may run is seen at its start
                await session.ExecuteBatchAsync([.. TaskStatements.Enter(id, request, names)], cancellationToken);
                var freed = await _lines.FreeAsync(session, [id], now, cancellationToken);
                return freed.Count > 0;
            },
            cancellationToken);

    public async Task<TaskSlot?> FindSlotAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select kind, line from task where id = @id and finished_at is null", ("id", id)),
            row => new TaskSlot(row.String(0), row.String(1)),
            cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<TaskAttempt?> TryClaimAsync(
        Guid id, string node, DateTimeOffset stale, CancellationToken cancellationToken)
    {
        var claimed = await database.TransactAsync(
            session => session.QueryAsync(
                new(
                    """
                    update task set
                      state = case when state = 'canceling' then state else 'running' end,
                      attempt = attempt + 1, node = @node, heartbeat_at = @now, started_at = coalesce(started_at, @now),
                      interruptions = interruptions
                        + case when state <> 'waiting' and heartbeat_at > @yielded then 1 else 0 end
                    where id = @id and (
                      (state = 'waiting' and unblocked_at is not null)
                      or (state in ('running', 'canceling') and heartbeat_at < @stale))
                    returning attempt, interruptions, kind, arguments, created_by, state, cursor
                    """,
                    ("id", id), ("node", node), ("now", clock.GetUtcNow()), ("stale", stale), ("yielded", Yielded)),
                row => new TaskAttempt(
                    id, row.Int32(0), row.Int32(1), row.String(2), row.String(3), _rows.ReadUser(row.StringOrNull(4)),
                    TaskStates.Parse(row.String(5)))
                {
                    Cursor = row.StringOrNull(6),
                },
                cancellationToken),
            cancellationToken);
        return claimed.SingleOrDefault();
    }

    public async Task<bool> SaveAsync(
        TaskAttempt attempt,
        IReadOnlyList<ProgressReport> progress,
        string? cursor,
        CancellationToken cancellationToken)
    {
        var saved = await database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    $"update task set progress = @progress, cursor = @cursor where {Own}",
                    ("id", attempt.Task), ("attempt", attempt.Number), ("progress", TaskJson.Write(progress)),
                    ("cursor", cursor)),
                cancellationToken),
            cancellationToken);
        return saved == 1;
    }

    public Task<IReadOnlyList<Guid>?> FinishAsync(
        TaskAttempt attempt, TaskOutcome outcome, CancellationToken cancellationToken) =>
        database.TransactAsync<IReadOnlyList<Guid>?>(
            async session =>
            {
                var now = clock.GetUtcNow();
                await _lines.LockLanesAsync(session, attempt.Task, cancellationToken);
                var own = await session.QueryAsync(
                    new(_lockOwn, ("id", attempt.Task), ("attempt", attempt.Number)),
                    row => TaskReader.ReadMade(row, 0),
                    cancellationToken);
                if (own.Count == 0)
                    return null;
                var actual = own[0] is { } made ? outcome.With(made) : outcome;
                await session.ExecuteBatchAsync(
                    [End(attempt, actual, now), .. actual.Created.Select(created => Remember(attempt.Task, created))],
                    cancellationToken);
                return await _lines.LeaveAsync(session, attempt.Task, now, cancellationToken);
            },
            cancellationToken);

    public Task CloseGroupAsync(Guid group, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new("update task_group set all_dispatched = @yes where id = @id", ("id", group), ("yes", true)),
                cancellationToken),
            cancellationToken);

    public Task YieldAsync(TaskAttempt attempt, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    $"update task set heartbeat_at = @yielded where {Own}",
                    ("id", attempt.Task), ("attempt", attempt.Number), ("yielded", Yielded)),
                cancellationToken),
            cancellationToken);

    public Task<(TaskState? State, IReadOnlyList<Guid> Freed)> CancelAsync(
        Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync<(TaskState? State, IReadOnlyList<Guid> Freed)>(
            async session =>
            {
                var now = clock.GetUtcNow();
                await _lines.LockLanesAsync(session, id, cancellationToken);
                var ended = await session.ExecuteAsync(
                    new(
                        "update task set state = 'canceled', finished_at = @now where id = @id and state = 'waiting'",
                        ("id", id), ("now", now)),
                    cancellationToken);
                if (ended == 1)
                    return (TaskState.Canceled, await _lines.LeaveAsync(session, id, now, cancellationToken));

                await session.ExecuteAsync(
                    new("update task set state = 'canceling' where id = @id and state = 'running'", ("id", id)),
                    cancellationToken);
                var states = await session.QueryAsync(
                    new("select state from task where id = @id", ("id", id)),
                    row => TaskStates.Parse(row.String(0)),
                    cancellationToken);
                return (states.Count == 0 ? null : states[0], []);
            },
            cancellationToken);

    public async Task<IReadOnlyDictionary<Guid, TaskState>> BeatAsync(
        string node, IReadOnlyCollection<Guid> tasks, CancellationToken cancellationToken)
    {
        var own = await database.TransactAsync(
            session => session.QueryAsync(
                new(_beat, ("ids", tasks.ToArray()), ("node", node), ("now", clock.GetUtcNow())),
                row => (Id: row.Guid(0), State: TaskStates.Parse(row.String(1))),
                cancellationToken),
            cancellationToken);
        return own.ToDictionary(task => task.Id, task => task.State);
    }

    public async Task<IReadOnlyList<Guid>> FindReadyAsync(
        DateTimeOffset stale, FullSlots full, int limit, CancellationToken cancellationToken)
    {
        var (lines, kinds) = (full.Lines.ToArray(), full.Kinds.ToArray());
        var silent = await database.QueryAsync(
            new(_silent, ("stale", stale), ("lines", lines), ("kinds", kinds), ("limit", limit)),
            row => row.Guid(0),
            cancellationToken);
        var free = await database.QueryAsync(
            new(_free, ("lines", lines), ("kinds", kinds), ("limit", limit)),
            row => row.Guid(0),
            cancellationToken);
        return [.. silent, .. free];
    }

    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var deleted = await database.TransactAsync(
            session => session.ExecuteAsync(
                new("delete from task where id = @id and finished_at is not null", ("id", id)), cancellationToken),
            cancellationToken);
        return deleted == 1;
    }

    public Task<int> PurgeAsync(
        DateTimeOffset before,
        IReadOnlyCollection<TaskState> states,
        Guid? createdBy,
        int limit,
        CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var purged = await session.ExecuteAsync(
                    new(
                        _purge,
                        ("before", before), ("states", states.Select(state => state.Name).ToArray()),
                        ("everyone", createdBy is null), ("user", _rows.UserOf(createdBy) ?? ""), ("limit", limit)),
                    cancellationToken);
                if (purged > 0)
                    await session.ExecuteAsync(new(DropEmptyGroups), cancellationToken);
                return purged;
            },
            cancellationToken);

    private Statement InsertGroup(Guid group, TaskRequest request, DateTimeOffset now) => new(
        """
        insert into task_group (id, description, created_at) values (@id, @description, @now)
        on conflict (id) do nothing
        """,
        ("id", group), ("description", request.GroupDescription ?? names.NameOfTask(request.Work)), ("now", now));

    private static string Full(Dialect dialect) => $"{dialect.In("line", "lines")} or {dialect.In("kind", "kinds")}";

    private Statement Insert(Guid id, TaskRequest request, DateTimeOffset now) => new(
        """
        insert into task (
          id, name, kind, state, logging_cid, created_by, created_at, line, arguments, parent_id, group_id)
        values (@id, @name, @kind, 'waiting', @cid, @by, @now, @line, @arguments, @parent, @group)
        on conflict (id) do nothing
        """,
        ("id", id), ("name", names.NameOfTask(request.Work)), ("kind", request.Kind), ("cid", request.CorrelationId ?? ""),
        ("by", _rows.UserOf(request.CreatedBy)), ("now", now), ("line", _rows.LineOf(request)), ("arguments", request.Arguments),
        ("parent", request.Parent), ("group", request.Group));

    private Statement End(TaskAttempt attempt, TaskOutcome outcome, DateTimeOffset now) => new(
        $"""
        update task set state = @state, finished_at = @now, error = @error, progress = @progress,
          created_resources = @created, result = @result, cursor = @cursor
        where {Own}
        """,
        ("id", attempt.Task), ("attempt", attempt.Number), ("state", outcome.State.Name), ("now", now),
        ("error", outcome.Error is null ? null : TaskJson.Write(outcome.Error)),
        ("progress", TaskJson.Write(outcome.Progress)), ("created", _rows.Write(outcome.Created)),
        ("result", outcome.Result), ("cursor", outcome.Cursor));

    private Statement Remember(Guid task, CreatedResource created) => new(
        "insert into task_created (task_id, href, prn) values (@task, @href, @prn) on conflict do nothing",
        ("task", task), ("href", names.PathOf(created.Resource)), ("prn", names.NameOf(created.Resource.Kind, created.Id)));
}
