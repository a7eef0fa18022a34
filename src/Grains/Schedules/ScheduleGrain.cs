using OrleansRegistry.Tasks;
using TaskRequest = OrleansRegistry.Tasks.TaskRequest;

namespace OrleansRegistry.Schedules;

/// <inheritdoc cref="IScheduleGrain"/>
/// <remarks>
/// A reminder asks every minute whether a run is due, so one that was missed while the cluster was down is made up for
/// soon, and once. The run is noted before its task is asked for, under the same id: whatever dies in between, it is one
/// task.
/// </remarks>
internal sealed class ScheduleGrain(
    [PersistentState("schedule", ScheduleGrain.Storage)] IPersistentState<ScheduleState> state,
    ITaskReader tasks,
    TimeProvider clock)
    : Grain, IScheduleGrain, IRemindable
{
    private const string Storage = "cursors";
    private const string Reminder = "tick";

    private static readonly TimeSpan BetweenTicks = TimeSpan.FromMinutes(1);

    public async Task SetAsync(Schedule schedule)
    {
        if (await this.GetReminder(Reminder) is null) // first: what is stored has what ticks
            await this.RegisterOrUpdateReminder(Reminder, BetweenTicks, BetweenTicks);
        if ((state.State.Request, state.State.Recurrence) != (TaskJson.Write(schedule.Task), schedule.When))
            await WriteAsync(() => (state.State.Schedule, state.State.SetAt) = (schedule, clock.GetUtcNow()));
    }

    public Task ClearAsync() =>
        state.State.Schedule is null ? Task.CompletedTask : WriteAsync(() => state.State.Schedule = null);

    public async Task<ScheduleStanding?> FindAsync() => state.State.Schedule is not { } schedule
        ? null
        : new(schedule, state.State.Last is { Outcome: null } last ? await LookAsync(last) ?? last : state.State.Last);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.State.Schedule is not { } schedule)
        {
            if (await this.GetReminder(Reminder) is { } reminder)
                await this.UnregisterReminder(reminder);
            return;
        }

        var now = new DateTimeOffset(DateTime.SpecifyKind(status.CurrentTickTime, DateTimeKind.Utc));
        var last = state.State.Last;
        if (last is { Outcome: null })
        {
            if (await LookAsync(last) is not { } known)
            {
                await DispatchAsync(last, schedule); // it was noted, and then something died
                return;
            }

            if (known.Outcome is null)
                return;
            last = known;
        }

        var isDue = schedule.When.NextAfter(last?.StartedAt, state.State.SetAt) <= now;
        if (isDue)
            last = new(Guid.CreateVersion7(), now);
        if (last != state.State.Last)
            await WriteAsync(() => state.State.Last = last);
        if (isDue)
            await DispatchAsync(last!, schedule);
    }

    private Task DispatchAsync(ScheduledRun run, Schedule schedule) =>
        GrainFactory.Task(run.Task).DispatchAsync(schedule.Task);

    // The run as its task stands; null where nobody knows the task.
    private async Task<ScheduledRun?> LookAsync(ScheduledRun run) => await tasks.FindAsync(run.Task) is not { } task
        ? null
        : task.State.IsFinal
            ? run with { FinishedAt = task.FinishedAt, Outcome = task.State }
            : run;

    private async Task WriteAsync(Action change)
    {
        change();
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception)
        {
            DeactivateOnIdle(); // what is true now is for the store to say
            throw;
        }
    }
}

/// <summary>What is stored of a schedule, in plain values: it outlives the types of this version.</summary>
[GenerateSerializer]
[Alias("schedule-state")]
internal sealed class ScheduleState
{
    [Id(0)]
    public TimeSpan Every { get; set; }

    /// <summary>The task as JSON; null where there is no schedule.</summary>
    [Id(1)]
    public string? Request { get; set; }

    [Id(2)]
    public Guid? Task { get; set; }

    [Id(3)]
    public DateTimeOffset StartedAt { get; set; }

    [Id(4)]
    public DateTimeOffset? FinishedAt { get; set; }

    [Id(5)]
    public string? Outcome { get; set; }

    /// <summary>A line of cron; null for an interval.</summary>
    [Id(6)]
    public string? Cron { get; set; }

    [Id(7)]
    public DateTimeOffset SetAt { get; set; }

    internal Recurrence Recurrence => Recurrence.Of(Cron is null ? Every : null, Cron);

    internal Schedule? Schedule
    {
        get => Request is null ? null : new(Recurrence, TaskJson.Read<TaskRequest>(Request));
        set => (Every, Cron, Request) = (
            value?.When.Every ?? default, value?.When.Cron, value is null ? null : TaskJson.Write(value.Task));
    }

    internal ScheduledRun? Last
    {
        get => Task is { } task
            ? new(task, StartedAt, FinishedAt, Outcome is null ? null : TaskStates.Parse(Outcome))
            : null;
        set => (Task, StartedAt, FinishedAt, Outcome) =
            (value?.Task, value?.StartedAt ?? default, value?.FinishedAt, value?.Outcome?.Name);
    }
}
