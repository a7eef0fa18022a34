using OrleansRegistry.Bench.Load;
using OrleansRegistry.Bench.Reports;
using OrleansRegistry.Bench.Scenarios;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench;

/// <summary>Runs the scenarios one after another: in each, the sides take turns, round after round.</summary>
internal static class Benchmark
{
    /// <returns>False when something could not be measured.</returns>
    public static async Task<bool> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        IGetLoad gets = options.UseWrk && WrkGetLoad.IsInstalled ? new WrkGetLoad() : new BuiltInGetLoad();
        var scenarios = Choose(options, AllScenarios.For(options, gets));
        if (options.List)
        {
            foreach (var scenario in scenarios)
                Console.WriteLine($"{scenario.Name,-16} {scenario.Description}");
            return true;
        }

        var sides = await ChosenSides.ChooseAsync(options, cancellationToken);
        if (sides.Peer is null)
            Console.WriteLine($"{options.Peer} is not there (Debian: apt-get install docker-registry): ours alone.");

        var table = new ResultTable([.. sides.All.Select(side => side.Name)], sides.Peer);
        var complete = true;
        foreach (var scenario in scenarios)
        {
            var outcomes = await ScenarioRun.RunAsync(scenario, sides.All, options.Rounds, cancellationToken);
            table.Add(scenario, outcomes);
            complete &= outcomes.All(outcome => outcome.Failure is null);
        }

        Console.WriteLine(
            $"\nMedian of {options.Rounds} rounds of {options.Turn.TotalSeconds} s; GET load: {gets.Name}; "
            + $"{MachineDescription.Read()}. Ratios above 1 are in favour of the side named first.\n");
        table.Write(Console.Out);
        return complete;
    }

    private static List<IScenario> Choose(BenchmarkOptions options, IReadOnlyList<IScenario> all)
    {
        var unknown = options.Only.Except(all.Select(scenario => scenario.Name)).ToArray();
        if (unknown.Length > 0)
            throw new BenchmarkException($"No scenario is called {string.Join(", ", unknown)}; --list names them.");
        return [.. all.Where(scenario => options.Only.Count == 0 || options.Only.Contains(scenario.Name))];
    }
}
