using OrleansRegistry.Bench.Scenarios;

namespace OrleansRegistry.Bench.Reports;

/// <summary>The result as a Markdown table: a line for each metric, a column for each side, then how ours compares.</summary>
/// <param name="sides">Names of the sides.</param>
/// <param name="peer">Index of the side the others are compared with; null when there is none.</param>
internal sealed class ResultTable(IReadOnlyList<string> sides, int? peer)
{
    private readonly List<string[]> _rows = [];

    public void Add(IScenario scenario, IReadOnlyList<Outcome> outcomes)
    {
        for (var index = 0; index < scenario.Metrics.Count; index++)
        {
            var metric = scenario.Metrics[index];
            var medians = outcomes.Select(outcome => outcome.Median(index)).ToArray();
            var cells = outcomes.Select((outcome, side) => Cell(outcome, medians[side]));
            var ratios = Compared.Select(side => Ratio(metric, medians[side], medians[peer!.Value]));
            _rows.Add([metric.Name, metric.Unit, .. cells, .. ratios]);
        }
    }

    public void Write(TextWriter output)
    {
        string[] heading = ["", "unit", .. sides, .. Compared.Select(side => $"{sides[side]} : {sides[peer!.Value]}")];
        var widths = heading.Select((text, column) => _rows.Select(row => row[column].Length).Append(text.Length).Max());
        var columns = widths.Select(width => Math.Max(width, 3)).ToArray();
        WriteRow(output, heading, columns);
        output.WriteLine($"| {string.Join(" | ", columns.Select(Rule))} |");
        foreach (var row in _rows)
            WriteRow(output, row, columns);
    }

    private IEnumerable<int> Compared =>
        peer is null ? [] : Enumerable.Range(0, sides.Count).Where(side => side != peer);

    private static string Cell(Outcome outcome, double? median) =>
        outcome.Failure is not null ? "failed" : median is { } figure ? Figures.Text(figure) : "-";

    // Turned so that more than 1 is always in favour of ours.
    private static string Ratio(Metric metric, double? ours, double? peers)
    {
        if (!metric.IsRatioUseful || ours is not > 0 || peers is not > 0)
            return "-";
        return $"{Figures.Text(metric.MoreIsBetter ? ours.Value / peers.Value : peers.Value / ours.Value)}×";
    }

    private static string Rule(int width, int column) =>
        column < 2 ? new string('-', width) : $"{new string('-', width - 1)}:";

    private static void WriteRow(TextWriter output, string[] cells, int[] columns) =>
        output.WriteLine($"| {string.Join(" | ", cells.Select((cell, column) => Pad(cell, columns[column], column)))} |");

    private static string Pad(string cell, int width, int column) =>
        column < 2 ? cell.PadRight(width) : cell.PadLeft(width);
}
