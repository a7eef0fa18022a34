namespace OrleansRegistry.Tasks;

/// <summary>Tasks, as they are committed.</summary>
public interface ITaskReader
{
    /// <summary>The task, or null.</summary>
    Task<TaskRecord?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Of one kind of task the first that has not ended, or else the one that was asked for last.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TaskRecord?> FindCurrentAsync(string kind, CancellationToken cancellationToken = default);

    /// <summary>Where those tasks stand; the ones that are not there are left out.</summary>
    Task<IReadOnlyList<TaskStanding>> FindStandingAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default);
}

public static class TaskReaders
{
    /// <summary>The version that a task made, or null.</summary>
    public static async Task<MadeVersion?> FindMadeAsync(this ITaskReader tasks, Guid id) =>
        await tasks.FindStandingAsync([id], CancellationToken.None) is [{ Made: { } made }] ? made : null;
}
