using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Validates what is sent as Pulp's client does. Source: pulp-cli, pulp_glue/common/openapi.py.</summary>
internal static class PulpSchema
{
    /// <summary>Why the client would not send that; null where it would.</summary>
    public static string? Refusal(JsonObject schema, JsonNode? value, JsonObject document)
    {
        if ((string?)schema["$ref"] is { } reference)
            return Refusal(
                document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject(), value, document);
        if (schema["anyOf"] is JsonArray any)
            return any.Any(one => Refusal(one!.AsObject(), value, document) is null) ? null : "matches none of the forms";
        if (schema["type"] is null)
            return null;
        if (value is null)
            return (bool?)schema["nullable"] is true ? null : "is null";
        if (schema["enum"] is JsonArray choices && !choices.Any(choice => JsonNode.DeepEquals(choice, value)))
            return $"{value.ToJsonString()} is none of the choices";
        return ((string)schema["type"]!, value.GetValueKind()) switch
        {
            ("string", JsonValueKind.String) => null,
            ("boolean", JsonValueKind.True or JsonValueKind.False) => null,
            ("integer", JsonValueKind.Number) => Number(value) % 1 == 0 ? TooSmall(schema, value) : "is no whole number",
            ("number", JsonValueKind.Number) => TooSmall(schema, value),
            ("array", JsonValueKind.Array) => value.AsArray()
                .Select(item => Refusal(schema["items"]!.AsObject(), item, document)).FirstOrDefault(refusal => refusal is not null),
            ("object", JsonValueKind.Object) => OfObject(schema, value.AsObject(), document),
            var (type, kind) => $"{kind} is no {type}",
        };
    }

    private static double Number(JsonNode value) =>
        double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static string? TooSmall(JsonObject schema, JsonNode value) =>
        schema["minimum"] is { } minimum && Number(value) < Number(minimum) ? $"is less than {minimum}" : null;

    private static string? OfObject(JsonObject schema, JsonObject value, JsonObject document)
    {
        foreach (var name in schema["required"]?.AsArray() ?? [])
            if (!value.ContainsKey((string)name!))
                return $"{name} is required";
        foreach (var (name, inner) in value)
            if ((schema["properties"]?[name] ?? schema["additionalProperties"]) is JsonObject declared
                && Refusal(declared, inner, document) is { } refusal)
                return $"{name}: {refusal}";
        return null;
    }
}
