using OrleansRegistry.Tasks;

namespace OrleansRegistry.SigningKeys;

/// <summary>The task that finds out which of the signatures that are here were made by keys that came after them.</summary>
public static class AttributionTasks
{
    public const string Kind = "signing-keys.attribute";

    private const string Name = "orleans_registry.tasks.attribute_signatures";

    /// <summary>Makes keys known, and looks for what they made.</summary>
    public static TaskRequest Attribute(IReadOnlyList<KnownKey> keys) =>
        new(Name, Kind, TaskJson.Write(new AttributionOrder(keys)), [], []);
}

/// <param name="Keys">The keys that came.</param>
public sealed record AttributionOrder(IReadOnlyList<KnownKey> Keys);
