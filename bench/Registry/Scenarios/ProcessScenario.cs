using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>A scenario about the process itself: every turn starts a new registry, and ends with its removal.</summary>
internal abstract class ProcessScenario : IScenario
{
    public abstract string Name { get; }
    public abstract string Description { get; }
    public abstract IReadOnlyList<Metric> Metrics { get; }

    public async Task<ITrial?> PrepareAsync(ISide side, CancellationToken cancellationToken)
    {
        await using var installation = await side.InstallAsync(cancellationToken);
        return installation.CanStart ? new Trial(cancellation => MeasureAsync(side, cancellation)) : null;
    }

    /// <summary>One turn on an installation that can be started, and stopped again.</summary>
    protected abstract Task<double[]> MeasureAsync(Installation installation, CancellationToken cancellationToken);

    private async Task<double[]> MeasureAsync(ISide side, CancellationToken cancellationToken)
    {
        await using var installation = await side.InstallAsync(cancellationToken);
        return await MeasureAsync(installation, cancellationToken);
    }
}
