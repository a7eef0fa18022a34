namespace OrleansRegistry.Bench.Scenarios;

/// <summary>Names that no earlier run has used: a registry that was running already keeps what it was given.</summary>
internal static class RepositoryNames
{
    private static readonly string Run = $"bench-{Guid.NewGuid().ToString("N")[..8]}";

    public static string Next(string purpose, int number = 0) => $"{Run}/{purpose}-{number}";
}
