using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansRegistry.Tasks;

#pragma warning disable CA1001 // A source of cancellation without a timer holds nothing that must be disposed of.

/// <summary>
/// This node's part in the work: it says at every beat which tasks it works on, hears which of them it lost or should
/// stop, and looks for tasks whose turn it is and that nobody took up, because a node died or a message was lost.
/// </summary>
public sealed partial class TaskNode(
    IGrainFactory grains,
    ITaskStore store,
    TaskPlaces places,
    ILocalSiloDetails silo,
    IOptions<TaskOptions> options,
    TimeProvider clock,
    ILogger<TaskNode> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ConcurrentDictionary<Guid, TaskRun> _working = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;

    /// <summary>Names this process among all that ever were.</summary>
    public string Name { get; } = silo.SiloAddress.ToString();

    /// <summary>A node that was not heard of since then is taken for dead.</summary>
    public DateTimeOffset Stale => clock.GetUtcNow() - options.Value.Silence;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(TaskNode),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _beating = Task.Run(BeatAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _beating;
        });

    /// <summary>Takes a place for work. False where there is none.</summary>
    internal bool TryEnter(TaskSlot slot) => places.TryEnter(slot);

    /// <summary>Gives a place back. A task that found none is taken up now, not at the next beat.</summary>
    internal void Leave(TaskSlot slot)
    {
        if (places.Leave(slot))
            _ = TryAsync(TakeUpAsync);
    }

    internal void Begin(TaskRun run) => _working[run.Attempt.Task] = run;

    internal void End(TaskRun run) => _working.TryRemove(new(run.Attempt.Task, run));

    /// <summary>Tells tasks to start, as many as could; what comes of it is theirs to see to.</summary>
    internal void Nudge(IReadOnlyList<Guid> tasks)
    {
        foreach (var id in tasks.Take(options.Value.MostPerNode))
            _ = TryAsync(() => grains.Task(id).StartAsync());
        if (tasks.Count > options.Value.MostPerNode)
            places.Miss();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(options.Value.Beat, clock);
        do
            await TryAsync(async () =>
            {
                await HearAsync();
                await TakeUpAsync();
            });
        while (await WaitAsync(timer));
    }

    private async Task<bool> WaitAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task HearAsync()
    {
        var working = _working.ToArray();
        if (working.Length == 0)
            return;
        var own = await store.BeatAsync(Name, [.. working.Select(task => task.Key)], _stop.Token);
        foreach (var (id, run) in working)
        {
            if (!own.TryGetValue(id, out var state))
                await run.StopAsync(StopReason.Lost); // where it has just ended, nobody hears this
            else if (state is TaskState.Canceling)
                await run.StopAsync(StopReason.Cancelled);
        }
    }

    private async Task TakeUpAsync()
    {
        if (places.Free is > 0 and var free)
            Nudge(await store.FindReadyAsync(Stale, places.Full, free, _stop.Token));
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            if (!_stop.IsCancellationRequested)
                LogMissed(exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A look at the tasks failed; the next one follows")]
    private partial void LogMissed(Exception exception);
}
