using System.Diagnostics;

namespace OrleansRegistry.Tasks;

/// <inheritdoc cref="ITaskDispatcher"/>
/// <remarks>Calls that create and cancel may be repeated without harm, and are, where a node died under them.</remarks>
public sealed class TaskDispatcher(IGrainFactory grains, ITaskReader tasks) : ITaskDispatcher
{
    // Well below the time after which a call between nodes counts as lost.
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    // Until then, the others have noticed that a node is dead.
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async Task<Guid> DispatchAsync(TaskRequest request)
    {
        var id = Guid.CreateVersion7();
        await DispatchAsync(id, request);
        return id;
    }

    /// <inheritdoc/>
    public Task DispatchAsync(Guid id, TaskRequest request) =>
        RepeatAsync(() => grains.Task(id).DispatchAsync(request));

    /// <inheritdoc/>
    public async Task<TaskRecord?> CancelAsync(Guid id)
    {
        await RepeatAsync(() => grains.Task(id).CancelAsync());
        return await tasks.FindAsync(id);
    }

    /// <inheritdoc/>
    public async Task<TaskRecord?> WaitAsync(Guid id, TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var task = await tasks.FindAsync(id);
            var left = atMost - Stopwatch.GetElapsedTime(began);
            if (task is null || task.State.IsFinal || left <= TimeSpan.Zero)
                return task;
            await RepeatAsync(() => grains.Task(id).WaitAsync(left < LongestCall ? left : LongestCall));
        }
    }

    /// <inheritdoc/>
    public async Task SettleAsync(Guid id, TimeSpan atMost)
    {
        if (await tasks.FindAsync(id) is { State: TaskState.Waiting, UnblockedAt: null })
            return;
        await WaitAsync(id, atMost);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(Guid id) => grains.Task(id).DeleteAsync();

    private static async Task RepeatAsync(Func<Task> call)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception lost) when (
                lost is SiloUnavailableException or OrleansMessageRejectionException
                && Stopwatch.GetElapsedTime(began) < LongestSearch)
            {
                await Task.Delay(BetweenCalls);
            }
        }
    }
}
