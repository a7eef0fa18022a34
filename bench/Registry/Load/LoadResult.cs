namespace OrleansRegistry.Bench.Load;

/// <summary>What a load came to.</summary>
/// <param name="PerSecond">Operations finished per second.</param>
/// <param name="P99Milliseconds">99 of 100 operations took no longer than this.</param>
/// <param name="ProcessorMicroseconds">Time of processors that an operation took of the registry's process; not a number
/// where that is not known.</param>
internal readonly record struct LoadResult(
    double PerSecond, double P99Milliseconds, double ProcessorMicroseconds = double.NaN);
