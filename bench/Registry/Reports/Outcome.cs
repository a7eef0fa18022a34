namespace OrleansRegistry.Bench.Reports;

/// <summary>What one side came to in one scenario: figures of every round, or why there are none.</summary>
internal sealed class Outcome
{
    private readonly List<double[]> _rounds = [];

    /// <summary>Null, or the message of what went wrong.</summary>
    public string? Failure { get; set; }

    public void Add(double[] figures) => _rounds.Add(figures);

    /// <summary>The median over the rounds; null where nothing was measured.</summary>
    /// <param name="metric">Index of the scenario's metric.</param>
    public double? Median(int metric) =>
        Failure is null && _rounds.Count > 0
            ? Figures.Median([.. _rounds.Select(figures => figures[metric])])
            : null;
}
