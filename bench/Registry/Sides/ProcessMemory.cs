namespace OrleansRegistry.Bench.Sides;

/// <summary>Resident memory of one process, in MiB. Source: Linux, proc(5), <c>status</c> and <c>clear_refs</c>.</summary>
internal sealed class ProcessMemory(int process)
{
    public double ResidentMebibytes => Read("VmRSS:");

    /// <summary>The most that was resident since <see cref="ForgetPeak"/>; kept by the kernel, so nothing is missed.</summary>
    public double PeakMebibytes => Read("VmHWM:");

    public void ForgetPeak() => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    private double Read(string field)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        var kibibytes = line.AsSpan(field.Length).Trim();
        return double.Parse(kibibytes[..kibibytes.IndexOf(' ')]) / 1024;
    }
}
