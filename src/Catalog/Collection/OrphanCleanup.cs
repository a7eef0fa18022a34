namespace OrleansRegistry.Collection;

/// <summary>The task that collects garbage.</summary>
/// <param name="ProtectionMinutes">What was touched within that time is spared; null means the setting.</param>
/// <param name="Content">Of these units only; null for everything.</param>
public sealed record OrphanCleanup(long? ProtectionMinutes, Guid[]? Content = null)
{
    public const string Kind = "orphans.cleanup";
    public const string Name = "pulpcore.app.tasks.orphan.orphan_cleanup";
}
