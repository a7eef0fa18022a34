using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansRegistry.Hosting;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Collection;

/// <inheritdoc cref="ICollectorGrain"/>
/// <remarks>
/// Works in slices on a timer, and saves where it stands after each; a reminder brings it back where its node died or
/// shut down. Slices may be repeated: deleting what is gone already changes nothing. What fails is tried again, later
/// each time.
/// </remarks>
public sealed partial class CollectorGrain(
    [PersistentState("collector", "cursors")] IPersistentState<CollectorState> state,
    Collector collector,
    IOptions<CollectionOptions> options,
    IOptions<UploadOptions> uploads,
    TimeProvider clock,
    ILogger<CollectorGrain> logger) : Grain, ICollectorGrain, IRemindable
{
    private const string Reminder = "collect";

    // Also how long a run rests after its node died.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan BetweenSlices = TimeSpan.FromMilliseconds(1);

    private IGrainTimer? _timer;
    private int _failures;
    private bool _cancelled;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Continue();
        return Task.CompletedTask;
    }

    public Task ScheduleAsync() => this.RegisterOrUpdateReminder(Reminder, Period, Period);

    public async Task<CollectionProgress> StartAsync(TimeSpan? gracePeriod, Guid? task)
    {
        if (state.State.Phase is CollectionPhase.Idle)
        {
            await ScheduleAsync(); // first: what is stored as begun has what brings it back
            await BeginAsync(gracePeriod ?? options.Value.GracePeriod, task);
        }

        return Progress();
    }

    public Task<CollectionProgress> GetProgressAsync() => Task.FromResult(Progress());

    public Task CancelAsync()
    {
        _cancelled = true;
        _timer?.Change(TimeSpan.Zero, BetweenSlices); // it may be waiting for a store that failed
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.State.StartedAt is not { } last || clock.GetUtcNow() - last >= options.Value.Every)
            await StartAsync(null, null); // a run that goes on was taken up again by the activation
    }

    private async Task BeginAsync(TimeSpan gracePeriod, Guid? task)
    {
        var (now, before) = (clock.GetUtcNow(), state.State);
        state.State = new CollectorState
        {
            Phase = CollectionPhase.Uploads,
            StartedAt = now,
            Before = now - gracePeriod,
            TaskId = task,
        };
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception)
        {
            state.State = before; // what could not be stored has not begun
            throw;
        }

        _cancelled = false;
        Continue();
    }

    private void Continue()
    {
        if (state.State.Phase is CollectionPhase.Idle || _timer is not null)
            return;
        _timer = this.RegisterGrainTimer(
            SliceAsync, new GrainTimerCreationOptions(TimeSpan.Zero, BetweenSlices) { KeepAlive = true });
    }

    private void Rest()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private async Task SliceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_cancelled)
                state.State.Phase = CollectionPhase.Idle;
            else
                await collector.SliceAsync(state.State, uploads.Value.IdleTimeout, cancellationToken);
            if (state.State.Phase is CollectionPhase.Idle)
                state.State.FinishedAt = clock.GetUtcNow();
            await state.WriteStateAsync(CancellationToken.None); // a slice that was done is never left unsaved
            _failures = 0;
            if (state.State.Phase is CollectionPhase.Idle)
                Rest();
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The node shuts down: another one goes on.
        }
        catch (InconsistentStateException)
        {
            Rest(); // another activation is at work, or an answer was lost: whoever is called next reads what is true
            DeactivateOnIdle();
        }
        catch (Exception failure)
        {
            var pause = Backoff.After(++_failures);
            LogPause(state.State.Phase, pause, failure);
            _timer?.Change(pause, BetweenSlices);
        }
    }

    private CollectionProgress Progress() =>
        new(state.State.Phase, state.State.StartedAt, state.State.FinishedAt, state.State.Counts, state.State.TaskId);

    [LoggerMessage(LogLevel.Warning, "Garbage collection failed at {Phase}; it goes on in {Pause}")]
    private partial void LogPause(CollectionPhase phase, TimeSpan pause, Exception failure);
}
