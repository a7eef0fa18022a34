using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <summary>The statements that move tasks along their lines.</summary>
/// <remarks>
/// Lanes are locked before tasks, lanes and tasks each in one order. A place is given under the lock of its lane; so is
/// one given up, and then those who could be next are locked before it is judged what stands in their way: whoever
/// judges last sees all that was given up before.
/// </remarks>
internal sealed class TaskStatements(Dialect dialect)
{
    // The first in line of one lane, and all who may share it: what lies behind the first exclusive one must wait.
    private const string Next = """
        select q.task_id from task_queue q where q.resource = @resource and q.blocked
        and q.place <= coalesce(
          (select min(x.place) from task_queue x where x.resource = @resource and x.exclusive), @endless)
        """;

    // Nothing before it on an exclusive lane, nothing exclusive before it on a shared one. A minimum is one look at the
    // head of an index, whatever the planner believes of the length of the line.
    private const string Unhindered = """
        not exists (
          select 1 from task_queue w where w.task_id = task.id and w.exclusive and w.place > (
            select min(e.place) from task_queue e where e.resource = w.resource))
        and not exists (
          select 1 from task_queue w where w.task_id = task.id and not w.exclusive and w.place > (
            select min(e.place) from task_queue e where e.resource = w.resource and e.exclusive))
        """;

    private const string DropEmpty = """
        delete from task_lane where resource = @resource
        and not exists (select 1 from task_queue q where q.resource = @resource)
        """;

    private readonly string _lockLanes = $"""
        select resource from task_lane
        where resource in (select resource from task_queue where task_id = @id) order by resource{dialect.ForUpdate}
        """;

    private readonly string _lockTasks =
        $"select id from task where {dialect.In("id", "ids")} order by id{dialect.ForUpdate}";

    private readonly string _free = $"""
        update task set unblocked_at = @now
        where {dialect.In("id", "ids")} and state = 'waiting' and unblocked_at is null and {Unhindered} returning id
        """;

    private readonly string _unblock = $"update task_queue set blocked = @no where {dialect.In("task_id", "ids")}";

    /// <summary>Puts a task at the end of its lines: the statements in the order of their locks.</summary>
    public static IEnumerable<Statement> Enter(Guid id, TaskRequest request, IOutsideNames names)
    {
        var resources = request.Exclusive.Select(one => (Resource: names.NameOf(one), Exclusive: true))
            .Concat(request.Shared.Select(one => (Resource: names.NameOf(one), Exclusive: false)))
            .DistinctBy(reserved => reserved.Resource)
            .OrderBy(reserved => reserved.Resource, StringComparer.Ordinal);
        foreach (var (resource, exclusive) in resources)
        {
            yield return new(
                """
                insert into task_lane (resource, last_place) values (@resource, 1)
                on conflict (resource) do update set last_place = task_lane.last_place + 1
                """,
                ("resource", resource));
            yield return new(
                """
                insert into task_queue (resource, place, task_id, exclusive, blocked)
                select resource, last_place, @id, @exclusive, @yes from task_lane where resource = @resource
                """,
                ("id", id), ("resource", resource), ("exclusive", exclusive), ("yes", true));
            yield return new(
                "insert into task_resource (task_id, resource, exclusive) values (@id, @resource, @exclusive)",
                ("id", id), ("resource", resource), ("exclusive", exclusive));
        }
    }

    public async ValueTask LockLanesAsync(ISession session, Guid id, CancellationToken cancellationToken) =>
        await session.QueryAsync(new(_lockLanes, ("id", id)), row => row.String(0), cancellationToken);

    /// <summary>Frees what an ended task reserved. Its lanes must be locked.</summary>
    /// <returns>The tasks that nothing stands in the way of any more.</returns>
    public async ValueTask<IReadOnlyList<Guid>> LeaveAsync(
        ISession session, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var resources = await session.QueryAsync(
            new("delete from task_queue where task_id = @id returning resource", ("id", id)),
            row => row.String(0),
            cancellationToken);
        if (resources.Count > 0) // a lane that is empty goes; whoever enters it next waits for this transaction
            await session.ExecuteBatchAsync(
                [.. resources.Select(resource => new Statement(DropEmpty, ("resource", resource)))], cancellationToken);
        var next = new HashSet<Guid>();
        foreach (var resource in resources)
            next.UnionWith(await session.QueryAsync(
                new(Next, ("resource", resource), ("endless", long.MaxValue)), row => row.Guid(0), cancellationToken));
        return await FreeAsync(session, [.. next], now, cancellationToken);
    }

    /// <summary>Marks those of the tasks that nothing stands in the way of, and returns them.</summary>
    public async ValueTask<IReadOnlyList<Guid>> FreeAsync(
        ISession session, Guid[] ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
            return [];
        await session.QueryAsync(new(_lockTasks, ("ids", ids)), row => row.Guid(0), cancellationToken);
        var freed = await session.QueryAsync(
            new(_free, ("ids", ids), ("now", now)), row => row.Guid(0), cancellationToken);
        if (freed.Count > 0)
            await session.ExecuteAsync(new(_unblock, ("ids", freed.ToArray()), ("no", false)), cancellationToken);
        return freed;
    }
}
