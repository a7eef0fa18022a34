namespace OrleansRegistry.Tasks;

/// <summary>One task as the management REST lists it; error, progress and result are JSON.</summary>
public sealed record ListedTask(
    Guid Id,
    string Name,
    string State,
    string CorrelationId,
    Guid? CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UnblockedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string? Error,
    string Progress,
    IReadOnlyList<CreatedResource> Created,
    string? Result,
    Guid? Parent,
    Guid? Group,
    IReadOnlyList<Guid> Children,
    IReadOnlyList<string> Reserved);

/// <summary>Tasks that belong together, with how many of them are in each state.</summary>
public sealed record ListedTaskGroup(
    Guid Id, string Description, bool AllDispatched, DateTimeOffset CreatedAt, IReadOnlyList<GroupedTask> Tasks)
{
    public IReadOnlyDictionary<string, int> States { get; } =
        Tasks.GroupBy(task => task.State).ToDictionary(state => state.Key, state => state.Count());
}

/// <summary>A task within its group.</summary>
public sealed record GroupedTask(Guid Id, string Name, string State);
