using System.Text.Json.Nodes;
using OrleansRegistry.Events;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary>What events are called, and what they say.</summary>
internal static class EventShapes
{
    public static SentEvent Write(RegistryEvent happened) => happened switch
    {
        VersionCommitted version => Of("version-committed", new()
        {
            ["repository"] = Address.Href(ResourceKind.Repository, version.Repository),
            ["version"] = Address.Href(ResourceReference.Version(version.Repository, version.Number)),
            ["number"] = version.Number,
        }),
        TaskChanged task => Of("task-changed", new()
        {
            ["task"] = Address.Href(ResourceKind.Task, task.Task),
            ["state"] = task.State.Name,
        }),
        GateChanged => Of("gate-changed", []),
        _ => throw new InvalidOperationException($"Nobody has words for {happened}."),
    };

    private static SentEvent Of(string type, JsonObject json) => SentEvent.Of(type, PulpJson.Line(json));
}
