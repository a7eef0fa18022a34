namespace OrleansRegistry.Tasks;

/// <summary>Tasks, as they are committed.</summary>
public interface ITaskReader
{
    /// <summary>The task, or null.</summary>
    Task<TaskRecord?> FindAsync(Guid id, CancellationToken cancellationToken = default);
}
