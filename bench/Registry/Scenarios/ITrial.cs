namespace OrleansRegistry.Bench.Scenarios;

/// <summary>A scenario on one side. Measured once in each round; disposing it removes what was prepared.</summary>
internal interface ITrial : IAsyncDisposable
{
    /// <returns>One figure for each of the scenario's metrics, in their order.</returns>
    Task<double[]> MeasureAsync(CancellationToken cancellationToken);
}
