using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Load;

/// <summary>The load by <c>wrk</c>, which costs less of the processor than anything we would write.</summary>
internal sealed partial class WrkGetLoad : IGetLoad
{
    private const string Executable = "/usr/bin/wrk";

    public static bool IsInstalled => File.Exists(Executable);

    public string Name => "wrk";

    public async Task<LoadResult> RunAsync(
        IPEndPoint endpoint,
        IReadOnlyList<string> targets,
        int connections,
        TimeSpan duration,
        CancellationToken cancellationToken)
    {
        await using var directory = new TemporaryDirectory();
        var script = Path.Combine(directory.Path, "targets.lua");
        await File.WriteAllTextAsync(script, Script(targets), cancellationToken);
        var report = await ReportAsync(
            [
                "-t", "1", "-c", $"{connections}", "-d", $"{Math.Max(1, (int)duration.TotalSeconds)}s", "--latency",
                "-s", script, $"http://{endpoint}",
            ],
            cancellationToken);
        if (Failure.Match(report) is { Success: true } failure)
            throw new BenchmarkException($"wrk: {failure.Value.Trim()}");
        return new LoadResult(Rate(report), P99(report));
    }

    // Requests are put together once; picking the next is all that is left to do while the clock runs.
    private static string Script(IReadOnlyList<string> targets) =>
        $$"""
        local targets = { {{string.Join(", ", targets.Select(target => $"\"{target}\""))}} }
        local headers = { Accept = "{{HttpRequest.Accept}}" }
        local requests, turn = {}, 0
        init = function()
          for i, target in ipairs(targets) do requests[i] = wrk.format("GET", target, headers) end
        end
        request = function()
          turn = turn % #requests + 1
          return requests[turn]
        end
        """;

    private static async Task<string> ReportAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var wrk = Process.Start(new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true })!;
        try
        {
            var report = await wrk.StandardOutput.ReadToEndAsync(cancellationToken);
            await wrk.WaitForExitAsync(cancellationToken);
            return report;
        }
        catch (OperationCanceledException)
        {
            wrk.Kill();
            throw;
        }
    }

    private static double Rate(string report) =>
        RateLine.Match(report) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new BenchmarkException($"wrk did not report a rate:\n{report}");

    private static double P99(string report)
    {
        var match = P99Line.Match(report);
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch
        {
            "us" => 0.001,
            "ms" => 1,
            _ => 1000,
        };
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RateLine { get; }

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex P99Line { get; }

    [GeneratedRegex(@"(Non-2xx or 3xx responses|Socket errors).*")]
    private static partial Regex Failure { get; }
}
