using OrleansRegistry.Tasks;

namespace OrleansRegistry.Collection;

/// <summary>The task that collects some units, where nothing holds them.</summary>
/// <param name="ProtectionMinutes">What was touched within that time is spared; null means the setting.</param>
/// <param name="Content">The units.</param>
public sealed record OrphanCleanup(long? ProtectionMinutes, Guid[] Content)
{
    public const string Kind = "orphans.cleanup";

    /// <summary>What all collections reserve, so that they run one after the other.</summary>
    public static readonly Reservation Lane = new Reservation.Work("orphans/cleanup");

    // So far back nothing was touched.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365 * 100);

    /// <summary>That many minutes, as a time that can be reckoned with.</summary>
    public static TimeSpan? Minutes(long? minutes) =>
        minutes > Longest.TotalMinutes ? Longest : minutes is { } time ? TimeSpan.FromMinutes(time) : null;
}
