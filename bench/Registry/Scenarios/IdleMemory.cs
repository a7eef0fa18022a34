using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>What a registry costs that nobody uses.</summary>
internal sealed class IdleMemory : ProcessScenario
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public override string Name => "idle-memory";

    public override string Description => $"resident memory {Settling.TotalSeconds} s after the start, without load";

    public override IReadOnlyList<Metric> Metrics { get; } = [new("memory, idle", "MiB", MoreIsBetter: false)];

    protected override async Task<double[]> MeasureAsync(Installation installation, CancellationToken cancellationToken)
    {
        await using var registry = await installation.StartAsync(cancellationToken);
        await Task.Delay(Settling, cancellationToken);
        return [registry.Process!.Memory.ResidentMebibytes];
    }
}
