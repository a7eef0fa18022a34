using OrleansRegistry.Tasks;

namespace OrleansRegistry.Collection;

/// <summary>The task that collects all garbage. One at a time: it holds the lane of all collections alone.</summary>
/// <param name="GracePeriod">What was touched within that time is spared; null means the setting.</param>
public sealed record CollectGarbage(TimeSpan? GracePeriod)
{
    public const string Kind = "collection";

    public static TaskRequest Request(TimeSpan? gracePeriod, Guid? createdBy = null) => new(
        Kind, TaskJson.Write(new CollectGarbage(gracePeriod)), [OrphanCleanup.Lane], [], createdBy);
}
