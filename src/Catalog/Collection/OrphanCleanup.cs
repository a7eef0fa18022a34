namespace OrleansRegistry.Collection;

/// <summary>The task that collects garbage. The time is in minutes; null means the setting.</summary>
public sealed record OrphanCleanup(int? ProtectionMinutes)
{
    public const string Kind = "orphans.cleanup";
    public const string Name = "pulpcore.app.tasks.orphan.orphan_cleanup";
}
