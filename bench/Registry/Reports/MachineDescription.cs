using System.Runtime.InteropServices;

namespace OrleansRegistry.Bench.Reports;

/// <summary>What the figures were measured on, without which they say little.</summary>
internal static class MachineDescription
{
    public static string Read()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        return $"{Environment.ProcessorCount} processors ({Processor()}), {memory:0} GiB, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
            .Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
}
