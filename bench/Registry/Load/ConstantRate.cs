using System.Diagnostics;
using System.Net;

namespace OrleansRegistry.Bench.Load;

/// <summary>Operations that begin at fixed times, whether the earlier ones are answered or not: an open load.</summary>
/// <remarks>
/// An operation that has to wait for its connection counts from the time at which it was due, so that a stall is seen in
/// every operation that it delays. What the clock of this machine oversleeps is not the server's, and is not counted.
/// </remarks>
internal static class ConstantRate
{
    public static async Task<LoadResult> RunAsync(
        IPEndPoint endpoint,
        int perSecond,
        int connections,
        TimeSpan duration,
        Func<HttpConnection, CancellationToken, ValueTask> operation,
        CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var durations = await Task.WhenAll(
            Enumerable.Range(0, connections).Select(number => Task.Run(() => ClientAsync(number), cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var sorted = durations.SelectMany(taken => taken).Order().ToArray();
        return new(sorted.Length / elapsed.TotalSeconds, sorted[(int)Math.Ceiling(sorted.Length * 0.99) - 1].TotalMilliseconds);

        async Task<List<TimeSpan>> ClientAsync(int number)
        {
            var taken = new List<TimeSpan>();
            using var connection = new HttpConnection(endpoint);
            for (var place = number; ; place += connections)
            {
                var due = TimeSpan.FromSeconds((double)place / perSecond);
                if (due >= duration)
                    return taken;
                var early = due - Stopwatch.GetElapsedTime(started);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, cancellationToken);
                    due = Stopwatch.GetElapsedTime(started);
                }

                await operation(connection, cancellationToken);
                taken.Add(Stopwatch.GetElapsedTime(started) - due);
            }
        }
    }
}
