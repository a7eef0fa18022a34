using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITaskReader"/>
public sealed class TaskReader(IDatabase database) : ITaskReader
{
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
                  finished_at, arguments, error, progress, created_resources, result, parent_id, group_id
                from task where id = @id
                """,
                ("id", id)),
            row => new TaskRecord(
                row.Guid(0),
                row.String(1),
                row.String(2),
                TaskStates.Parse(row.String(3)),
                row.String(4),
                row.StringOrNull(5),
                row.Time(6),
                row.TimeOrNull(7),
                row.TimeOrNull(8),
                row.TimeOrNull(9),
                row.String(10),
                row.StringOrNull(11) is { } error ? TaskJson.Read<TaskError>(error) : null,
                TaskJson.Read<ProgressReport[]>(row.String(12)),
                TaskJson.Read<CreatedResource[]>(row.String(13)),
                row.StringOrNull(14),
                reserved,
                row.GuidOrNull(15),
                row.GuidOrNull(16)),
            cancellationToken);
        return found.SingleOrDefault();
    }
}
