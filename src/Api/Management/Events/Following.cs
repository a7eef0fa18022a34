using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OrleansRegistry.Events;
using OrleansRegistry.Lists;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary>What streams of events tell, in the order in which it is told.</summary>
internal sealed class Following(IEventSource events, IListing<ListedTask> tasks, TimeProvider clock)
{
    /// <summary>What a listener to all events may be behind.</summary>
    public const int MostWaiting = 1000;

    /// <summary>How long nothing is said; a task is looked at again then, whatever was heard of it.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    // Whoever goes on listening asks again, and shows that he still may.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A task: as it is now, then whenever it is another, until it has ended.</summary>
    /// <remarks>An event says only when to look. What is told is what the catalogue holds, the newest of it.</remarks>
    public async IAsyncEnumerable<SentEvent> TaskAsync(
        Guid id, Func<ListedTask, JsonObject> write, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var feed = events.Listen(happened => happened is TaskChanged changed && changed.Task == id, 1);
        var began = clock.GetTimestamp();
        string? told = null;
        while (await tasks.FindAsync(id, cancellationToken) is { } task)
        {
            var now = PulpJson.Line(write(task));
            yield return now == told ? SentEvent.Silence : SentEvent.Of("task", now);
            told = now;
            if (task.FinishedAt is not null || clock.GetElapsedTime(began) > Longest)
                yield break;
            await feed.WaitAsync(Silence, clock, cancellationToken);
            feed.Take();
        }
    }

    /// <summary>Everything that is committed from now on.</summary>
    public async IAsyncEnumerable<SentEvent> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var feed = events.Listen(_ => true, MostWaiting);
        var began = clock.GetTimestamp();
        yield return SentEvent.Silence; // the answer begins now, not with the first event
        while (clock.GetElapsedTime(began) < Longest)
        {
            await feed.WaitAsync(Silence, clock, cancellationToken);
            var (heard, missed) = feed.Take();
            if (missed > 0)
                yield return SentEvent.Of("missed", PulpJson.Line(new JsonObject { ["count"] = missed }));
            foreach (var happened in heard)
                yield return EventShapes.Write(happened);
            if (heard.Count == 0)
                yield return SentEvent.Silence;
        }
    }
}
