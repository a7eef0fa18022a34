using System.Diagnostics;

namespace OrleansRegistry.Tasks;

#pragma warning disable CA1001 // A source of cancellation without a timer holds nothing that must be disposed of.

/// <summary>Why work on a task is to stop before its end.</summary>
internal enum StopReason
{
    None,

    /// <summary>Somebody cancelled the task.</summary>
    Cancelled,

    /// <summary>Another attempt took over.</summary>
    Lost,

    /// <summary>The node shuts down.</summary>
    Leaving,
}

/// <summary>One attempt at a task's work, off the grain's scheduler: work may be heavy, and grains must answer.</summary>
internal sealed class TaskRun(
    TaskAttempt attempt, ITaskHandler? handler, ITaskStore store, int mostAttempts, Action told)
{
    // Progress is for people: they do not see more of it.
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private int _reason;
    private long? _saved;

    public TaskAttempt Attempt => attempt;

    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Tells the work to stop. Only the first reason counts.</summary>
    public Task StopAsync(StopReason reason) =>
        Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None
            ? _stop.CancelAsync()
            : Task.CompletedTask;

    /// <summary>Does the work.</summary>
    /// <returns>How it ended; null where somebody else is to do it again. The failure is for the log.</returns>
    public async Task<(TaskOutcome? Outcome, Exception? Failure)> WorkAsync()
    {
        var context = new TaskContext(
            attempt.Stamp, attempt.Arguments, attempt.CreatedBy, SaveAsync, () => Reason is StopReason.Cancelled,
            attempt.Cursor);
        if (attempt.State is TaskState.Canceling)
            return (End(context, TaskState.Canceled), null);
        if (handler is null)
            return (Fail(context, $"This node has no handler for tasks of the kind '{attempt.Kind}'."), null);
        if (attempt.Interruptions >= mostAttempts)
            return (Fail(context, $"The task was interrupted {mostAttempts} times, and is not tried again."), null);
        try
        {
            await Task.Run(() => handler.RunAsync(context, _stop.Token), CancellationToken.None);
            return (End(context, TaskState.Completed), null);
        }
        catch (Exception) when (Reason is StopReason.Cancelled)
        {
            return (End(context, TaskState.Canceled), null);
        }
        catch (Exception) when (Reason is not StopReason.None)
        {
            if (Reason is StopReason.Leaving) // whoever goes on begins here
                await store.SaveAsync(attempt, context.Progress, context.Cursor, CancellationToken.None);
            return (null, null);
        }
        catch (Exception outage) when (IsOutage(outage))
        {
            return (null, outage); // silence hands the task over, after a pause that gives the cluster time to mend
        }
        catch (ProblemException refusal) when (refusal.Problem.Kind is ProblemKind.Superseded)
        {
            return (End(context, TaskState.Canceled), null); // a no-op where it was not cancelled, but taken over
        }
        catch (ProblemException refusal)
        {
            return (Fail(context, refusal.Message), null);
        }
        catch (Exception failure)
        {
            return (Fail(context, "Something failed that should not have. The node's log says what, by the id of this task."), failure);
        }
    }

    private async Task SaveAsync(TaskContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_saved is { } saved && Stopwatch.GetElapsedTime(saved) < BetweenSaves)
            return;
        _saved = Stopwatch.GetTimestamp();
        if (await store.SaveAsync(attempt, context.Progress, context.Cursor, cancellationToken))
            told();
        else
            await StopAsync(StopReason.Lost);
    }

    // The database is away, or a node went down with a call under way.
    private static bool IsOutage(Exception exception) => exception
        is StoreUnavailableException or SiloUnavailableException or OrleansMessageRejectionException or TimeoutException;

    private static TaskOutcome End(TaskContext context, TaskState state) =>
        new(state, null, Closed(context.Progress, state), context.Created, context.Result) { Cursor = context.Cursor };

    private static TaskOutcome Fail(TaskContext context, string description) =>
        End(context, TaskState.Failed) with { Error = new(description), Result = null };

    // Nothing of a task that has ended still runs.
    private static IReadOnlyList<ProgressReport> Closed(IReadOnlyList<ProgressReport> progress, TaskState state) =>
        [.. progress.Select(report => report.State == "running" ? report with { State = state.Name } : report)];
}
