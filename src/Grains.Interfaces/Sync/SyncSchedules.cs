using OrleansRegistry.Repositories;
using OrleansRegistry.Schedules;

namespace OrleansRegistry.Sync;

/// <summary>Repositories that are synchronised by themselves.</summary>
public static class SyncSchedules
{
    /// <summary>Sets when a repository is synchronised, as its settings say. Repeating it changes nothing.</summary>
    public static Task ScheduleSyncAsync(this IGrainFactory grains, Guid repository, RepositorySettings settings)
    {
        var schedule = grains.SyncSchedule(repository);
        return settings.SyncSchedule is { } text && Recurrence.TryParse(text, out var when, out _)
            ? schedule.SetAsync(new(when, SyncTasks.Sync(new(
                repository, Remote: null, settings.SyncMirrors, settings.SyncsSignedOnly))))
            : schedule.ClearAsync();
    }

    /// <summary>When a repository is synchronised.</summary>
    public static IScheduleGrain SyncSchedule(this IGrainFactory grains, Guid repository) =>
        grains.Schedule($"sync-{repository}");
}
