using OrleansRegistry.Tasks;

namespace OrleansRegistry.SigningKeys;

/// <summary>The task that finds out which of the signatures that are here were made by keys that came after them.</summary>
public static class AttributionTasks
{
    public const string Kind = "signing-keys.attribute";

    /// <summary>Makes keys known, and looks for what they made.</summary>
    public static TaskRequest Attribute(IReadOnlyList<KnownKey> keys) =>
        new(Kind, TaskJson.Write(new AttributionOrder(keys)), [], []);
}

/// <param name="Keys">The keys that came.</param>
public sealed record AttributionOrder(IReadOnlyList<KnownKey> Keys);
