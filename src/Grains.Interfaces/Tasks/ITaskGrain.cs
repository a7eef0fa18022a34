using Orleans.Concurrency;

namespace OrleansRegistry.Tasks;

/// <summary>
/// One asynchronous operation: the only writer of its record, and the one that does the work. Key: the task's id. The
/// catalogue says whose turn it is; a grain that is told to start finds out there, so telling it too often does no harm.
/// </summary>
/// <remarks>Every method interleaves: the work goes on beside the grain's turns.</remarks>
[Alias("task")]
public interface ITaskGrain : IGrainWithGuidKey
{
    /// <summary>Commits the task, and starts it where nothing stands in its way. Repeating it does no harm.</summary>
    [AlwaysInterleave]
    [Alias("dispatch")]
    Task DispatchAsync(TaskRequest request);

    /// <summary>Does the work, if it is this task's turn and nobody does it yet.</summary>
    [AlwaysInterleave]
    [Alias("start")]
    Task StartAsync();

    /// <summary>Cancels the task: at once where it waits; where it runs, its work is told to stop.</summary>
    [AlwaysInterleave]
    [Alias("cancel")]
    Task CancelAsync();

    /// <summary>Answers when the task has ended, or after that time.</summary>
    [AlwaysInterleave]
    [Alias("wait")]
    Task WaitAsync(TimeSpan atMost);

    /// <summary>Forgets the task. False where it has not ended, or is not there.</summary>
    [AlwaysInterleave]
    [Alias("delete")]
    Task<bool> DeleteAsync();
}
