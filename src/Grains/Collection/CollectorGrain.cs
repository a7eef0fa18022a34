using Microsoft.Extensions.Options;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Collection;

/// <inheritdoc cref="ICollectorGrain"/>
/// <remarks>
/// Works in slices on a timer, and saves where it stands after each; a reminder brings it back where its node died.
/// Slices may be repeated: deleting what is gone already changes nothing.
/// </remarks>
public sealed class CollectorGrain(
    [PersistentState("collector", "cursors")] IPersistentState<CollectorState> state,
    Collector collector,
    IOptions<CollectionOptions> options,
    IOptions<UploadOptions> uploads,
    TimeProvider clock) : Grain, ICollectorGrain, IRemindable
{
    private const string Reminder = "collect";

    // Also how long a run rests after its node died.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private IGrainTimer? _timer;
    private bool _cancelled;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Continue();
        return Task.CompletedTask;
    }

    public Task ScheduleAsync() => this.RegisterOrUpdateReminder(Reminder, Period, Period);

    public async Task<CollectionProgress> StartAsync(TimeSpan? gracePeriod)
    {
        if (state.State.Phase is CollectionPhase.Idle)
        {
            var now = clock.GetUtcNow();
            state.State = new CollectorState
            {
                Phase = CollectionPhase.Uploads,
                StartedAt = now,
                Before = now - (gracePeriod ?? options.Value.GracePeriod),
            };
            await state.WriteStateAsync();
            await ScheduleAsync();
            Continue();
        }

        return Progress();
    }

    public Task<CollectionProgress> GetProgressAsync() => Task.FromResult(Progress());

    public Task CancelAsync()
    {
        _cancelled = true;
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.State.StartedAt is not { } last || clock.GetUtcNow() - last >= options.Value.Every)
            await StartAsync(null); // a run that goes on was taken up again by the activation
    }

    private void Continue()
    {
        if (state.State.Phase is CollectionPhase.Idle || _timer is not null)
            return;
        _cancelled = false;
        _timer = this.RegisterGrainTimer(
            SliceAsync,
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)) { KeepAlive = true });
    }

    private async Task SliceAsync(CancellationToken cancellationToken)
    {
        if (_cancelled)
            state.State.Phase = CollectionPhase.Idle;
        else
            await collector.SliceAsync(state.State, uploads.Value.IdleTimeout, cancellationToken);

        if (state.State.Phase is CollectionPhase.Idle)
        {
            state.State.FinishedAt = clock.GetUtcNow();
            _timer?.Dispose();
            _timer = null;
        }

        await state.WriteStateAsync(CancellationToken.None); // a slice that was done is never left unsaved
    }

    private CollectionProgress Progress() =>
        new(state.State.Phase, state.State.StartedAt, state.State.FinishedAt, state.State.Counts);
}
