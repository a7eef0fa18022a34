namespace OrleansRegistry.Bench.Scenarios;

/// <summary>One line of the report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Of the figures.</param>
/// <param name="MoreIsBetter">True for rates, false for times and memory.</param>
/// <param name="IsRatioUseful">False for differences that come close to zero.</param>
internal sealed record Metric(string Name, string Unit, bool MoreIsBetter = true, bool IsRatioUseful = true);
