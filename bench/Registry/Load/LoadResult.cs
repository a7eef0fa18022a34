namespace OrleansRegistry.Bench.Load;

/// <summary>What a load came to.</summary>
/// <param name="PerSecond">Operations finished per second.</param>
/// <param name="P99Milliseconds">99 of 100 operations took no longer than this.</param>
internal readonly record struct LoadResult(double PerSecond, double P99Milliseconds);
