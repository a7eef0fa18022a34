using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>One kind of work, done alike on every side. A new one is a file here and a line in <see cref="AllScenarios"/>.</summary>
internal interface IScenario
{
    /// <summary>For <c>--only</c>: lower case, hyphens.</summary>
    string Name { get; }

    /// <summary>One line that says what happens.</summary>
    string Description { get; }

    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>Brings a side to where measuring can begin.</summary>
    /// <returns>Null when that side doesn't do this, such as an extension that the peer lacks.</returns>
    Task<ITrial?> PrepareAsync(ISide side, CancellationToken cancellationToken);
}
