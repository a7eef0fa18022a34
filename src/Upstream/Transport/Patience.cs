using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>The time-outs of a remote. None of them can be switched off: 0 is as good as not given.</summary>
/// <param name="Connect">For a connection, TLS included.</param>
/// <param name="SocketConnect">For one address of a host.</param>
/// <param name="Silence">The longest wait for the next bytes.</param>
/// <param name="Total">For a whole request; null where the remote does not say.</param>
internal sealed record Patience(TimeSpan Connect, TimeSpan SocketConnect, TimeSpan Silence, TimeSpan? Total)
{
    /// <summary>For a whole answer that is not a blob.</summary>
    public static readonly TimeSpan UsualTotal = TimeSpan.FromMinutes(5);

    // Timers take no more; nor does anybody wait for so long.
    private static readonly TimeSpan Most = TimeSpan.FromDays(7);

    /// <summary>For the head of an answer, on a new connection.</summary>
    public TimeSpan Head => Connect + Silence;

    public static Patience Of(RemoteSettings settings) => new(
        Seconds(settings.ConnectTimeout) ?? TimeSpan.FromSeconds(30),
        Seconds(settings.SockConnectTimeout) ?? TimeSpan.FromSeconds(30),
        Seconds(settings.SockReadTimeout) ?? TimeSpan.FromSeconds(60),
        Seconds(settings.TotalTimeout));

    private static TimeSpan? Seconds(double? seconds) =>
        seconds is not > 0 ? null
        : seconds >= Most.TotalSeconds ? Most
        : TimeSpan.FromSeconds(Math.Max(seconds.Value, 0.001));
}
