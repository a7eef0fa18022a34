namespace OrleansRegistry.Bench.Scenarios;

/// <summary>A trial by a function.</summary>
/// <param name="measure">Measures once.</param>
/// <param name="belongings">Disposed in this order.</param>
internal sealed class Trial(
    Func<CancellationToken, Task<double[]>> measure, params IReadOnlyList<IAsyncDisposable> belongings) : ITrial
{
    public Task<double[]> MeasureAsync(CancellationToken cancellationToken) => measure(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var belonging in belongings)
            await belonging.DisposeAsync();
    }
}
