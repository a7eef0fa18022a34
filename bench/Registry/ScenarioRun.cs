using System.Net.Sockets;
using OrleansRegistry.Bench.Reports;
using OrleansRegistry.Bench.Scenarios;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench;

/// <summary>One scenario on all sides. A side that fails is told of and left out; the others go on.</summary>
internal static class ScenarioRun
{
    public static async Task<IReadOnlyList<Outcome>> RunAsync(
        IScenario scenario, IReadOnlyList<ISide> sides, int rounds, CancellationToken cancellationToken)
    {
        Console.WriteLine($"\n{scenario.Name}: {scenario.Description}");
        var outcomes = sides.Select(_ => new Outcome()).ToArray();
        var trials = new ITrial?[sides.Count];
        try
        {
            for (var side = 0; side < sides.Count; side++)
                trials[side] = await TryAsync(
                    sides[side],
                    outcomes[side],
                    () => scenario.PrepareAsync(sides[side], cancellationToken),
                    cancellationToken);
            for (var round = 1; round <= rounds; round++)
            {
                for (var side = 0; side < sides.Count; side++)
                    await MeasureAsync(round, sides[side], trials[side], outcomes[side]);
            }
        }
        finally
        {
            foreach (var trial in trials)
            {
                if (trial is not null)
                    await trial.DisposeAsync();
            }
        }

        return outcomes;

        async Task MeasureAsync(int round, ISide side, ITrial? trial, Outcome outcome)
        {
            if (trial is null || outcome.Failure is not null)
                return;
            var figures = await TryAsync<double[]>(
                side, outcome, async () => await trial.MeasureAsync(cancellationToken), cancellationToken);
            if (figures is null)
                return;
            outcome.Add(figures);
            var words = scenario.Metrics.Zip(figures, (metric, figure) => $"{Figures.Text(figure),8} {metric.Unit}");
            Console.WriteLine($"  round {round}  {side.Name,-17} {string.Join("  ", words)}");
        }
    }

    private static async Task<T?> TryAsync<T>(
        ISide side, Outcome outcome, Func<Task<T?>> work, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await work();
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested
            && problem is (BenchmarkException or IOException or SocketException))
        {
            outcome.Failure = problem.Message;
            Console.WriteLine($"  {side.Name}: failed. {problem.Message}");
            return null;
        }
    }
}
