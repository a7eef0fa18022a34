namespace OrleansRegistry.Tasks;

/// <summary>
/// Tasks and their lines. The database decides who may run: every change that frees a task says so in the transaction
/// that makes the change, whatever nodes die around it.
/// </summary>
public interface ITaskStore
{
    /// <summary>Commits a task at the end of its lines. Repeating it does no harm.</summary>
    /// <returns>True where nothing stands in its way.</returns>
    Task<bool> CreateAsync(Guid id, TaskRequest request, CancellationToken cancellationToken = default);

    /// <summary>What kind of work the task is, and in whose line it stands first; null where there is no such task.</summary>
    Task<TaskSlot?> FindSlotAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a task up for a node: one that waits for nothing any more, or whose node was last heard of before
    /// <paramref name="stale"/>.
    /// </summary>
    /// <returns>The attempt; null where the task is not to be had.</returns>
    Task<TaskAttempt?> TryClaimAsync(
        Guid id, string node, DateTimeOffset stale, CancellationToken cancellationToken = default);

    /// <summary>Saves progress, and where the work stands. False where the attempt lost its task.</summary>
    Task<bool> SaveAsync(
        TaskAttempt attempt,
        IReadOnlyList<ProgressReport> progress,
        string? cursor,
        CancellationToken cancellationToken = default);

    /// <summary>Ends a task and frees what it reserved. Null where the attempt lost it: then nothing changes.</summary>
    /// <remarks>A task that was cancelled after its version was made has completed.</remarks>
    /// <returns>The tasks that nothing stands in the way of any more.</returns>
    Task<IReadOnlyList<Guid>?> FinishAsync(
        TaskAttempt attempt, TaskOutcome outcome, CancellationToken cancellationToken = default);

    /// <summary>Lets another node have the task at once.</summary>
    Task YieldAsync(TaskAttempt attempt, CancellationToken cancellationToken = default);

    /// <summary>Cancels a task: at once where it waits; where it runs, the work is yet to stop.</summary>
    /// <returns>The state afterwards, or null where there is no such task; and the tasks that this freed.</returns>
    Task<(TaskState? State, IReadOnlyList<Guid> Freed)> CancelAsync(
        Guid id, CancellationToken cancellationToken = default);

    /// <summary>Says that a node still works on those tasks.</summary>
    /// <returns>Those that are still its own, with their states.</returns>
    Task<IReadOnlyDictionary<Guid, TaskState>> BeatAsync(
        string node, IReadOnlyCollection<Guid> tasks, CancellationToken cancellationToken = default);

    /// <summary>Tasks that could run: free ones first come first, and those whose node fell silent.</summary>
    /// <param name="stale">A node that was not heard of since then is silent.</param>
    /// <param name="full">What the asking node has no place for now.</param>
    /// <param name="limit">How many of each.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<Guid>> FindReadyAsync(
        DateTimeOffset stale, FullSlots full, int limit, CancellationToken cancellationToken = default);

    /// <summary>Says that no more tasks come into the group. Repeating it does no harm.</summary>
    Task CloseGroupAsync(Guid group, CancellationToken cancellationToken = default);

    /// <summary>Forgets a finished task. False where it is not finished, or not there.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets finished tasks in those states that ended before that moment, up to a number of them; and groups of which all
    /// tasks are forgotten.
    /// </summary>
    /// <param name="createdBy">Only those that this user asked for, or null for everyone's.</param>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(
        DateTimeOffset before,
        IReadOnlyCollection<TaskState> states,
        Guid? createdBy,
        int limit,
        CancellationToken cancellationToken = default);
}

/// <summary>One go at a task. Another one may have followed since: the number tells.</summary>
/// <param name="Task">The task.</param>
/// <param name="Number">Counted from 1.</param>
/// <param name="Interruptions">How many were broken off, other than by a node that shut down.</param>
/// <param name="Kind">The handler that does it.</param>
/// <param name="Arguments">JSON, for the handler.</param>
/// <param name="CreatedBy">The user who asked for it.</param>
/// <param name="State">Running, or cancelled before this attempt began.</param>
public sealed record TaskAttempt(
    Guid Task, int Number, int Interruptions, string Kind, string Arguments, Guid? CreatedBy, TaskState State)
{
    public TaskStamp Stamp => new(Task, Number);

    /// <summary>JSON: where the attempt before it stood; null where there was none, or it did not say.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What a task takes a place for. <c>Line</c> is the first resource that it reserves; empty for none.</summary>
public sealed record TaskSlot(string Kind, string Line);

/// <summary>Lines and kinds of tasks of which a node takes up no more for now.</summary>
public sealed record FullSlots(IReadOnlyCollection<string> Lines, IReadOnlyCollection<string> Kinds);

/// <summary>How a task ended.</summary>
public sealed record TaskOutcome(
    TaskState State,
    TaskError? Error,
    IReadOnlyList<ProgressReport> Progress,
    IReadOnlyList<CreatedResource> Created,
    string? Result)
{
    /// <summary>Where the work stood at its end.</summary>
    public string? Cursor { get; init; }

    /// <summary>The same end of a task that made a version: what was cancelled after that has completed.</summary>
    public TaskOutcome With(MadeVersion made)
    {
        var version = CreatedResource.Of(made);
        return this with
        {
            State = State is TaskState.Canceled ? TaskState.Completed : State,
            Created = Created.Contains(version) ? Created : [.. Created, version],
        };
    }
}
