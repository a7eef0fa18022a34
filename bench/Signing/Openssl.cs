using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Bench.Signing;

/// <summary>What <c>openssl speed</c> makes of all cores together.</summary>
internal static partial class Openssl
{
    public static double SignaturesPerSecond(string algorithm)
    {
        using var speed = Process.Start(new ProcessStartInfo(
            "openssl", ["speed", "-seconds", "3", "-multi", $"{Environment.ProcessorCount}", algorithm])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = speed.StandardError.ReadToEndAsync();
        var output = speed.StandardOutput.ReadToEnd();
        speed.WaitForExit();
        _ = errors.Result;
        var result = Result.Match(output);
        return result.Success
            ? double.Parse(result.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new BenchmarkException($"openssl speed {algorithm} says nothing of signatures:\n{output}");
    }

    // The last line: seconds for a signature and a verification, signatures and verifications per second.
    [GeneratedRegex(@"s\s+[0-9.]+s\s+([0-9.]+)\s+[0-9.]+\s*\z")]
    private static partial Regex Result { get; }
}
