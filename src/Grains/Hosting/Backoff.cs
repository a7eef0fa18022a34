namespace OrleansRegistry.Hosting;

/// <summary>How long to wait for what failed: twice as long after each failure, up to a minute.</summary>
public static class Backoff
{
    private const int MostDoublings = 12;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The pause after so many failures in a row: by chance, so that those who failed together do not come
    /// back together, and half of the full time at least.</summary>
    public static TimeSpan After(int failures)
    {
        var pause = First * Math.Pow(2, Math.Clamp(failures - 1, 0, MostDoublings));
        return (pause < Longest ? pause : Longest) * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
