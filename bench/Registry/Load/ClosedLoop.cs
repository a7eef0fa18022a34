using System.Diagnostics;
using System.Net;

namespace OrleansRegistry.Bench.Load;

/// <summary>A number of clients, each with one connection and one operation under way until the time is up.</summary>
internal static class ClosedLoop
{
    /// <param name="endpoint">Where the clients connect.</param>
    /// <param name="clients">How many work at once.</param>
    /// <param name="duration">No operation begins after it.</param>
    /// <param name="operation">One operation, which throws when it isn't answered as it should be.</param>
    /// <param name="cancellationToken">Ends it early, without a result.</param>
    public static async Task<LoadResult> RunAsync(
        IPEndPoint endpoint,
        int clients,
        TimeSpan duration,
        Func<HttpConnection, CancellationToken, ValueTask> operation,
        CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var durations = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(ClientAsync, cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        var sorted = durations.SelectMany(taken => taken).Order().ToArray();
        var p99 = sorted[(int)Math.Ceiling(sorted.Length * 0.99) - 1];
        return new LoadResult(sorted.Length / elapsed.TotalSeconds, p99.TotalMilliseconds);

        async Task<List<TimeSpan>> ClientAsync()
        {
            var taken = new List<TimeSpan>();
            using var connection = new HttpConnection(endpoint);
            do
            {
                var begun = Stopwatch.GetTimestamp();
                await operation(connection, cancellationToken);
                taken.Add(Stopwatch.GetElapsedTime(begun));
            }
            while (Stopwatch.GetElapsedTime(started) < duration);
            return taken;
        }
    }
}
