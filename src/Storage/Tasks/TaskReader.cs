using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITaskReader"/>
public sealed class TaskReader(IDatabase database, IOutsideNames names) : ITaskReader
{
    private readonly NamesInTasks _rows = new(names);

    private readonly string _standing = $"""
        select id, attempt, state, made_repository_id, made_number, made_version_id, made_at
        from task where {database.Dialect.In("id", "ids")}
        """;

    public async Task<TaskRecord?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var reserved = await database.QueryAsync(
            new("select resource, exclusive from task_resource where task_id = @id order by resource", ("id", id)),
            row => new ReservedResource(row.String(0), row.Bool(1)),
            cancellationToken);
        var found = await database.QueryAsync(
            new(
                """
                select id, name, kind, state, logging_cid, created_by, created_at, unblocked_at, started_at,
                  finished_at, arguments, error, progress, created_resources, result, parent_id, group_id, cursor
                from task where id = @id
                """,
                ("id", id)),
            row => new TaskRecord(
                row.Guid(0),
                row.String(1),
                row.String(2),
                TaskStates.Parse(row.String(3)),
                row.String(4),
                _rows.ReadUser(row.StringOrNull(5)),
                row.Time(6),
                row.TimeOrNull(7),
                row.TimeOrNull(8),
                row.TimeOrNull(9),
                row.String(10),
                row.StringOrNull(11) is { } error ? TaskJson.Read<TaskError>(error) : null,
                TaskJson.Read<ProgressReport[]>(row.String(12)),
                _rows.ReadCreated(row.String(13)),
                row.StringOrNull(14),
                reserved,
                row.GuidOrNull(15),
                row.GuidOrNull(16))
            {
                Cursor = row.StringOrNull(17),
            },
            cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<TaskRecord?> FindCurrentAsync(string kind, CancellationToken cancellationToken)
    {
        var unfinished = await database.QueryAsync(
            new("select id from task where finished_at is null and kind = @kind order by id limit 1", ("kind", kind)),
            row => row.Guid(0),
            cancellationToken);
        var found = unfinished.Count > 0 ? unfinished : await database.QueryAsync(
            new(
                "select id from task where name = @name and kind = @kind order by created_at desc, id desc limit 1",
                ("name", names.NameOfTask(kind)), ("kind", kind)),
            row => row.Guid(0),
            cancellationToken);
        return found.Count == 0 ? null : await FindAsync(found[0], cancellationToken);
    }

    public async Task<IReadOnlyList<TaskStanding>> FindStandingAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_standing, ("ids", ids.ToArray())),
            row => new TaskStanding(
                new(row.Guid(0), row.Int32(1)), TaskStates.Parse(row.String(2)) is TaskState.Running, ReadMade(row, 3)),
            cancellationToken);

    /// <summary>Reads the four columns of the version that a task made; null where it made none.</summary>
    internal static MadeVersion? ReadMade(Row row, int first) =>
        row.GuidOrNull(first) is { } repository
            ? new(repository, row.Int32(first + 1), row.Guid(first + 2), row.Time(first + 3))
            : null;
}
