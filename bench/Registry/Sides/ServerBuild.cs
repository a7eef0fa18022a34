using System.Diagnostics;

namespace OrleansRegistry.Bench.Sides;

/// <summary>Builds our server in Release, so that what is measured is what is in the working tree.</summary>
internal static class ServerBuild
{
    /// <returns>The executable.</returns>
    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var silo = Path.Combine(FindRepository(), "src", "Silo");
        var command = new ProcessStartInfo("dotnet", ["build", silo, "-c", "Release", "--nologo", "-v", "quiet"]);
        using var build = Process.Start(command)!;
        try
        {
            await build.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }

        return build.ExitCode == 0
            ? Path.Combine(silo, "bin", "Release", "net10.0", "orleans-registry")
            : throw new BenchmarkException("src/Silo does not build; name an executable with --server, or a URL with --ours.");
    }

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OrleansRegistry.sln")))
                return directory.FullName;
        }

        throw new BenchmarkException("Run from outside the repository: name our executable with --server.");
    }
}
