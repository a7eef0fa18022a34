using System.Net;
using OrleansRegistry.Bench.Load;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>A scenario in which one registry runs through all rounds, and each turn puts load on it for a while.</summary>
/// <param name="turn">How long a turn lasts. The turn that warms up is at most two seconds and isn't counted.</param>
internal abstract class LoadScenario(TimeSpan turn) : IScenario
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(2);

    public abstract string Name { get; }
    public abstract string Description { get; }
    public abstract IReadOnlyList<Metric> Metrics { get; }

    public virtual async Task<ITrial?> PrepareAsync(ISide side, CancellationToken cancellationToken)
    {
        var installation = await side.InstallAsync(cancellationToken);
        RunningRegistry? registry = null;
        try
        {
            registry = await installation.StartAsync(cancellationToken);
            var load = await FillAsync(registry.Endpoint, cancellationToken);
            await load(turn < LongestWarmUp ? turn : LongestWarmUp, cancellationToken);
            var running = registry;
            return new Trial(
                async cancellation => Figures(await WeighedAsync(running, load, cancellation)), registry, installation);
        }
        catch
        {
            if (registry is not null)
                await registry.DisposeAsync();
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts in what the load needs.</summary>
    /// <returns>The load: given its length, what it came to.</returns>
    protected abstract Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken);

    private async Task<LoadResult> WeighedAsync(
        RunningRegistry registry,
        Func<TimeSpan, CancellationToken, Task<LoadResult>> load,
        CancellationToken cancellationToken)
    {
        var before = registry.Process?.ProcessorTime;
        var result = await load(turn, cancellationToken);
        return registry.Process?.ProcessorTime - before is { } used
            ? result with { ProcessorMicroseconds = used.TotalMicroseconds / (result.PerSecond * turn.TotalSeconds) }
            : result;
    }

    /// <summary>Rate and 99th percentile, unless the scenario reports otherwise.</summary>
    protected virtual double[] Figures(LoadResult result) =>
        [.. new[] { result.PerSecond, result.P99Milliseconds, result.ProcessorMicroseconds }.Take(Metrics.Count)];
}
