using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>How long a start keeps clients waiting: the first one, and one on data that is there.</summary>
internal sealed class Start : ProcessScenario
{
    public override string Name => "start";

    public override string Description => "from the start of the process to the first 200 of GET /v2/";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new("first start, no data yet", "ms", MoreIsBetter: false),
        new("start on existing data", "ms", MoreIsBetter: false),
    ];

    protected override async Task<double[]> MeasureAsync(
        Installation installation, CancellationToken cancellationToken) =>
    [
        await StartAsync(installation, cancellationToken),
        await StartAsync(installation, cancellationToken),
    ];

    private static async Task<double> StartAsync(Installation installation, CancellationToken cancellationToken)
    {
        await using var registry = await installation.StartAsync(cancellationToken);
        return registry.StartTime.TotalMilliseconds;
    }
}
