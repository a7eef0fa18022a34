using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Management;

/// <summary>One field of an answer: what it is and where it comes from.</summary>
internal sealed record Field<T>(string Name, JsonObject Schema, Func<T, HttpRequest, JsonNode?> Read)
{
    public Field(string name, JsonObject schema, Func<T, JsonNode?> read)
        : this(name, schema, (entity, _) => read(entity))
    {
    }
}

/// <summary>
/// How one kind of resource looks in answers, declared once: the JSON and its schema in the OpenAPI document both come
/// from here.
/// </summary>
internal sealed record Shape<T>(string Name, params IReadOnlyList<Field<T>> Fields)
{
    /// <summary>The name of the schema of an answer.</summary>
    public string Component => $"{Name}Response";

    public JsonObject Write(T entity, HttpRequest request)
    {
        var wanted = Projection.Of(request);
        var json = new JsonObject();
        foreach (var field in Fields)
            if (wanted.Includes(field.Name))
                json[field.Name] = field.Read(entity, request);
        return json;
    }

    public JsonObject Schema => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(
            Fields.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, one.Schema.DeepClone()))),
    };
}

/// <summary><c>fields</c> and <c>exclude_fields</c>: which keys of an answer the client wants.</summary>
internal sealed record Projection(IReadOnlySet<string> Wanted, IReadOnlySet<string> Unwanted)
{
    public bool Includes(string field) => (Wanted.Count == 0 || Wanted.Contains(field)) && !Unwanted.Contains(field);

    public static Projection Of(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? new(Read(request, "fields"), Read(request, "exclude_fields"))
            : new(new HashSet<string>(), new HashSet<string>());

    private static HashSet<string> Read(HttpRequest request, string parameter) =>
    [
        .. request.Query[parameter].SelectMany(
            value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)),
    ];
}
