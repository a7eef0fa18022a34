namespace OrleansRegistry.Testing;

/// <summary>The repository that these tests were built from.</summary>
public static class Checkout
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>True where a missing tool is a failure, and not a reason to skip.</summary>
    public static bool IsContinuousIntegration => Environment.GetEnvironmentVariable("CI") == "true";

    private static string Find(DirectoryInfo? directory) =>
        directory is null ? throw new DirectoryNotFoundException("These tests run inside a checkout.")
        : File.Exists(Path.Combine(directory.FullName, "OrleansRegistry.sln")) ? directory.FullName
        : Find(directory.Parent);
}
