using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>How hard a remote's registry may be pressed.</summary>
/// <param name="AtOnce">Requests at once.</param>
/// <param name="PerSecond">Requests per second; null or 0 for any number.</param>
/// <param name="Retries">How often a request is made again.</param>
internal sealed record RequestLimits(int AtOnce, int? PerSecond, int Retries)
{
    public static RequestLimits Of(RemoteSettings settings) =>
        new(Math.Max(settings.DownloadConcurrency ?? 10, 1), settings.RateLimit, Math.Max(settings.MaxRetries ?? 3, 0));
}
