using System.Text.Json.Nodes;

namespace OrleansRegistry.Management;

/// <summary>
/// The versions of the API that clients look for. Status and document must name the same: a client that sees a
/// difference takes its document for outdated, and fetches it anew: hence our own among them.
/// </summary>
internal static class Versions
{
    public static readonly IReadOnlyList<(string Component, string Version, string Package)> All =
    [
        ("core", "3.117.0", "pulpcore"),
        ("container", "2.30.0", "pulp-container"),
        ("orleans_registry", typeof(Versions).Assembly.GetName().Version!.ToString(3), "orleans-registry"),
    ];

    public static JsonObject Map => new(
        All.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Component, one.Version)));
}
