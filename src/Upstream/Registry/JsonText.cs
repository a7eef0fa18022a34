using System.Text.Json;

namespace OrleansRegistry.Sync;

/// <summary>Texts in the JSON of others.</summary>
internal static class JsonText
{
    /// <summary>A text; null where it is none, or no Unicode.</summary>
    public static string? Read(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text of a member; null where there is none.</summary>
    public static string? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? Read(member) : null;

    /// <summary>The entries of a list that is a member; null where there is none.</summary>
    public static IEnumerable<JsonElement>? List(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.Array
            ? member.EnumerateArray()
            : null;
}
