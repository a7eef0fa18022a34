using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using OrleansRegistry.Events;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Tasks;

/// <inheritdoc cref="ITaskGrain"/>
[PreferLocalPlacement]
public sealed partial class TaskGrain(
    ITaskStore store,
    TaskNode node,
    RestingGrains resting,
    IEnumerable<ITaskHandler> handlers,
    IOptions<TaskOptions> options,
    IEventPublisher events,
    ILogger<TaskGrain> logger) : Grain, ITaskGrain
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskRun? _run;
    private Task _working = Task.CompletedTask;
    private bool _starting;

    private Guid Id => this.GetPrimaryKey();

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_run is { } run)
            await run.StopAsync(StopReason.Leaving);
        await Task.WhenAny(_working, Task.Delay(Timeout.Infinite, cancellationToken));
    }

    public async Task DispatchAsync(TaskRequest request)
    {
        var isFree = await store.CreateAsync(Id, request);
        Tell(TaskState.Waiting);
        if (isFree)
            node.Nudge([Id]);
        else
            Rest(); // ten thousand may wait: in the catalogue, not in memory
    }

    public async Task StartAsync()
    {
        if (_starting || _run is not null)
            return;
        _starting = true;
        try
        {
            if (!await TryStartAsync())
                Rest();
        }
        finally
        {
            _starting = false;
        }
    }

    public async Task CancelAsync()
    {
        var (state, freed) = await store.CancelAsync(Id);
        node.Nudge(freed);
        if (state is { } changed)
            Tell(changed);
        if (state is TaskState.Canceling && _run is { } run)
            await run.StopAsync(StopReason.Cancelled);
        if (state?.IsFinal is true)
            _ended.TrySetResult();
    }

    public Task WaitAsync(TimeSpan atMost) => Task.WhenAny(_ended.Task, Task.Delay(atMost));

    public async Task<bool> DeleteAsync()
    {
        var deleted = await store.DeleteAsync(Id);
        if (_run is null && !_starting)
            Rest(); // a task that goes on must not be interrupted by a refusal
        return deleted;
    }

    private void Rest() => resting.Add(GrainContext, () => _run is null && !_starting);

    private async Task<bool> TryStartAsync()
    {
        if (await store.FindSlotAsync(Id) is not { } slot || !node.TryEnter(slot))
            return false;
        TaskAttempt? attempt = null;
        try
        {
            attempt = await store.TryClaimAsync(Id, node.Name, node.Stale);
        }
        finally
        {
            if (attempt is null)
                node.Leave(slot);
        }

        if (attempt is null)
            return false;
        var handler = handlers.FirstOrDefault(handler => handler.Kind == attempt.Kind);
        Tell(attempt.State);
        _run = new TaskRun(attempt, handler, store, options.Value.MostAttempts, () => Tell(attempt.State));
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _working = WorkAsync(_run, slot);
        return true;
    }

    private async Task WorkAsync(TaskRun run, TaskSlot slot)
    {
        node.Begin(run);
        Measures.TasksRunning.Add(1, new KeyValuePair<string, object?>("kind", run.Attempt.Kind));
        try
        {
            var (outcome, failure) = await run.WorkAsync();
            if (failure is not null)
                LogFailure(Id, run.Attempt.Kind, failure);
            await EndAsync(run, outcome);
        }
        catch (Exception failure)
        {
            // What was done stays done; whoever takes the task up next finds it.
            LogFailure(Id, run.Attempt.Kind, failure);
        }
        finally
        {
            node.End(run);
            Measures.TasksRunning.Add(-1, new KeyValuePair<string, object?>("kind", run.Attempt.Kind));
            node.Leave(slot);
            _run = null;
            DelayDeactivation(TimeSpan.Zero);
            Rest();
        }
    }

    private async Task EndAsync(TaskRun run, TaskOutcome? outcome)
    {
        if (outcome is null)
        {
            if (run.Reason is StopReason.Leaving)
                await store.YieldAsync(run.Attempt);
            return;
        }

        if (await store.FinishAsync(run.Attempt, outcome) is not { } freed)
            return;
        Measures.TasksEnded.Add(1, new("kind", run.Attempt.Kind), new("state", outcome.State.Name));
        Tell(outcome.State);
        _ended.TrySetResult();
        node.Nudge(freed);
    }

    private void Tell(TaskState state) => events.Publish(new TaskChanged(Id, state));

    [LoggerMessage(LogLevel.Error, "Task {Task} of the kind {Kind} failed")]
    private partial void LogFailure(Guid task, string kind, Exception failure);
}
