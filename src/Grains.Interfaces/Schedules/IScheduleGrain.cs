using Orleans.Concurrency;
using TaskRequest = OrleansRegistry.Tasks.TaskRequest;
using TaskState = OrleansRegistry.Tasks.TaskState;

namespace OrleansRegistry.Schedules;

/// <summary>
/// Something that is done again and again, once for the whole cluster: each run is a task, and none is asked for while
/// the one before has not ended. Key: the schedule's name.
/// </summary>
[Alias("schedule")]
public interface IScheduleGrain : IGrainWithStringKey
{
    /// <summary>Sets what is done, and when. What is known of the last run stays, and counts.</summary>
    [Alias("set")]
    Task SetAsync(Schedule schedule);

    /// <summary>Does it no more. A run that goes on goes on.</summary>
    [Alias("clear")]
    Task ClearAsync();

    /// <summary>Where the schedule stands; null where there is none.</summary>
    [AlwaysInterleave]
    [Alias("find")]
    Task<ScheduleStanding?> FindAsync();
}

/// <summary>When a task is asked for, and which.</summary>
/// <param name="When">How often.</param>
/// <param name="Task">What is done.</param>
[GenerateSerializer]
[Immutable]
[Alias("schedule-definition")]
public sealed record Schedule([property: Id(0)] Recurrence When, [property: Id(1)] TaskRequest Task);

/// <summary>Where a schedule stands.</summary>
/// <param name="Schedule">What it is.</param>
/// <param name="Last">Its last run, or null.</param>
[GenerateSerializer]
[Immutable]
[Alias("schedule-standing")]
public sealed record ScheduleStanding([property: Id(0)] Schedule Schedule, [property: Id(1)] ScheduledRun? Last);

/// <summary>One run.</summary>
/// <param name="Task">Its task, which may be forgotten since.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When its end was known here; null before.</param>
/// <param name="Outcome">How it ended; null where nobody knows it yet.</param>
[GenerateSerializer]
[Immutable]
[Alias("scheduled-run")]
public sealed record ScheduledRun(
    [property: Id(0)] Guid Task,
    [property: Id(1)] DateTimeOffset StartedAt,
    [property: Id(2)] DateTimeOffset? FinishedAt = null,
    [property: Id(3)] TaskState? Outcome = null);

/// <summary>A schedule that every cluster has: each node sets it when it starts.</summary>
/// <param name="Name">The schedule's name.</param>
/// <param name="Schedule">What it is, by the settings of this node.</param>
public sealed record StandingSchedule(string Name, Schedule Schedule);
