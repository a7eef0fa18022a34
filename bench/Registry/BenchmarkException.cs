namespace OrleansRegistry.Bench;

/// <summary>Something the reader of the message can act on; everything else is a defect of this program.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
