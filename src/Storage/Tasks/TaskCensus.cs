using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITaskCensus"/>
public sealed class TaskCensus(IDatabase database) : ITaskCensus
{
    public async Task<IReadOnlyDictionary<TaskState, long>> CountAsync(CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new("select state, count(*) from task where finished_at is null group by state"),
            row => (State: TaskStates.Parse(row.String(0)), Tasks: row.Int64(1)),
            cancellationToken)).ToDictionary(row => row.State, row => row.Tasks);
}
