using System.Text.Json.Nodes;

namespace OrleansRegistry.Management;

/// <summary>JSON schemas as the client understands them. Source: pulp-cli, pulp_glue/common/openapi.py.</summary>
internal static class Schema
{
    public static JsonObject Text => new() { ["type"] = "string" };

    public static JsonObject Integer => new() { ["type"] = "integer" };

    public static JsonObject Number => new() { ["type"] = "number" };

    public static JsonObject Flag => new() { ["type"] = "boolean" };

    /// <summary>A moment. Nothing else may be declared <c>date-time</c>: the client sends an object then.</summary>
    public static JsonObject Time => new() { ["type"] = "string", ["format"] = "date-time" };

    public static JsonObject File => new() { ["type"] = "string", ["format"] = "binary" };

    /// <summary>Any object.</summary>
    public static JsonObject Object => new() { ["type"] = "object" };

    /// <summary>Anything at all: the client does not validate it.</summary>
    public static JsonObject Any => [];

    public static JsonObject LabelMap => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = new JsonObject { ["type"] = "string", ["nullable"] = true },
    };

    public static JsonObject ListOf(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    public static JsonObject Choice(IEnumerable<string> values) =>
        new() { ["type"] = "string", ["enum"] = PulpJson.Texts(values) };

    public static JsonObject AtLeast(this JsonObject schema, int minimum)
    {
        schema["minimum"] = minimum;
        return schema;
    }

    public static JsonObject OrNull(this JsonObject schema)
    {
        schema["nullable"] = true;
        return schema;
    }

    public static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    public static JsonObject Either(JsonObject one, JsonObject other) =>
        new() { ["anyOf"] = new JsonArray(one, other) };
}
