namespace OrleansRegistry.Tasks;

/// <summary>Where asynchronous operations are asked for.</summary>
public interface ITaskDispatcher
{
    /// <summary>Commits a task, and returns its id. Tasks on one resource run in the order in which this answers.</summary>
    Task<Guid> DispatchAsync(TaskRequest request);

    /// <summary>Commits the task of that id. Repeating it does no harm: who goes on after a fault asks for it once more.</summary>
    Task DispatchAsync(Guid id, TaskRequest request);

    /// <summary>Cancels a task. What it did before stays; a task that has ended stays as it is.</summary>
    /// <returns>The task afterwards, or null where there is none.</returns>
    Task<TaskRecord?> CancelAsync(Guid id);

    /// <summary>Waits for a task to end, but no longer than that.</summary>
    /// <returns>The task afterwards, ended or not; or null where there is none.</returns>
    Task<TaskRecord?> WaitAsync(Guid id, TimeSpan atMost);

    /// <summary>The same, but for a task that something stands in the way of: that is left to its turn at once.</summary>
    Task SettleAsync(Guid id, TimeSpan atMost);

    /// <summary>Forgets a task. False where it has not ended, or is not there.</summary>
    Task<bool> DeleteAsync(Guid id);
}
