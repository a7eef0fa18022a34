using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;

namespace OrleansRegistry.Management;

/// <summary>
/// The OpenAPI document, written from the operations that are mapped, in the shape that Pulp's client demands: paths of
/// single resources are the href itself, a parameter without a slash in front. Source: pulp-cli, pulp_glue/common/openapi.py.
/// </summary>
internal sealed class ApiDocument(EndpointDataSource endpoints)
{
    private const string MediaType = "application/json";
    private const string FormType = "multipart/form-data";

    private readonly Lazy<JsonObject> _document = new(() => Write(
        [.. endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<Operation>()).OfType<Operation>()]));

    public JsonObject Json => _document.Value;

    public static JsonObject Write(IReadOnlyList<Operation> operations)
    {
        var paths = new JsonObject();
        var schemas = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var path in operations.GroupBy(one => one.Path).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var item = new JsonObject();
            foreach (var operation in path)
            {
                item[operation.Method.ToLowerInvariant()] = Write(operation);
                foreach (var (name, schema) in operation.Components)
                    schemas[name] = schema;
                if (operation.Body is { } body)
                    schemas[body.Component] = body.Schema;
            }

            paths[path.Key] = item;
        }

        return new()
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject
            {
                ["title"] = "OrleansRegistry management API",
                ["version"] = "v3",
                ["description"] = "Manages a registry for container images, in the terms of Pulp's container API.",
                ["x-pulp-app-versions"] = Versions.Map,
                ["x-pulp-domain-enabled"] = false,
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(
                    schemas.Select(schema => KeyValuePair.Create<string, JsonNode?>(schema.Key, schema.Value))),
                ["securitySchemes"] = new JsonObject
                {
                    ["basicAuth"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic" },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["basicAuth"] = new JsonArray() }),
        };
    }

    private static JsonObject Write(Operation operation)
    {
        var json = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["parameters"] = new JsonArray([.. PathParameters(operation), .. operation.Parameters.Select(Write)]),
        };
        if (operation.Body is { } body)
            json["requestBody"] = new JsonObject
            {
                ["content"] = Content(Schema.Reference(body.Component), body.IsForm ? FormType : MediaType),
                ["required"] = !body.IsOptional,
            };
        json["responses"] = new JsonObject(operation.Answers.Select(answer => KeyValuePair.Create<string, JsonNode?>(
            $"{answer.Key}", Write(answer.Key, answer.Value, operation.AnswerType))));
        return json;
    }

    private static IEnumerable<JsonObject> PathParameters(Operation operation)
    {
        if (operation.Path.StartsWith('{'))
            yield return new()
            {
                ["in"] = "path",
                ["name"] = operation.Path[1..operation.Path.IndexOf('}')],
                ["schema"] = Schema.Text,
                ["required"] = true,
            };
    }

    private static JsonObject Write(Parameter parameter)
    {
        var json = new JsonObject
        {
            ["in"] = parameter.In,
            ["name"] = parameter.Name,
            ["schema"] = parameter.Schema.DeepClone(),
        };
        if (parameter.IsRequired)
            json["required"] = true;
        if (parameter.Description.Length > 0)
            json["description"] = parameter.Description;
        if (parameter.Schema["type"]?.GetValue<string>() == "array")
        {
            json["explode"] = parameter.Explode;
            json["style"] = "form";
        }

        return json;
    }

    private static JsonObject Write(int status, JsonObject? schema, string type)
    {
        var json = new JsonObject { ["description"] = status == 202 ? "A task does the work." : "" };
        if (schema is not null)
            json["content"] = Content(schema.DeepClone(), type);
        return json;
    }

    private static JsonObject Content(JsonNode schema, string type) =>
        new() { [type] = new JsonObject { ["schema"] = schema } };
}
