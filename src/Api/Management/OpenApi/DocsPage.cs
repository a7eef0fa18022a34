using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management;

/// <summary>The OpenAPI document as a page for people: one file, nothing loaded from elsewhere.</summary>
internal static class DocsPage
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        code, .method { font-family: ui-monospace, monospace; } .method { font-weight: bold; }
        details { border-top: 1px solid #8884; padding: .4rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
        table { border-collapse: collapse; margin: .5rem 0 1rem; }
        td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
        h2 { margin-top: 2.5rem; } .required::after { content: " required"; font-size: .8em; color: #b00; }
        """;

    // What comes first in the id of an operation, the longer first.
    private static readonly string[] Groups =
    [
        "repositories_container_container_push", "repositories_container_container_versions",
        "repositories_container_container", "remotes_container_container", "distributions_container_container",
        "pulp_container_namespaces",
    ];

    public static string Write(JsonObject document)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">");
        page.Append("<meta name=\"viewport\" content=\"width=device-width\">");
        var title = Text(document["info"]!["title"]);
        page.Append($"<title>{title}</title><style>{Style}</style><h1>{title}</h1>");
        page.Append($"<p>{Text(document["info"]!["description"])} For programs: ");
        page.Append("<a href=\"/pulp/api/v3/docs/api.json\">api.json</a>.</p>");
        var operations =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            select (Path: path.Key, Method: operation.Key.ToUpperInvariant(), Operation: operation.Value!.AsObject());
        foreach (var group in operations.GroupBy(one => GroupOf(one.Operation)).OrderBy(group => group.Key))
        {
            page.Append($"<h2>{WebUtility.HtmlEncode(group.Key)}</h2>");
            foreach (var (path, method, operation) in group)
                Write(page, path, method, operation, document);
        }

        return page.Append("</html>\n").ToString();
    }

    private static void Write(StringBuilder page, string path, string method, JsonObject operation, JsonObject document)
    {
        page.Append($"<details><summary><span class=\"method\">{method}</span> <code>");
        page.Append($"{WebUtility.HtmlEncode(path)}</code></summary>");
        page.Append($"<p><code>{Text(operation["operationId"])}</code>. ");
        page.Append($"Answers {string.Join(
            ", ", operation["responses"]!.AsObject().Select(answer => answer.Key))}.</p>");
        var parameters = operation["parameters"]!.AsArray().Where(parameter => (string?)parameter!["in"] != "path");
        Table(page, "Parameters", parameters.Select(parameter => (
            (string)parameter!["name"]!, parameter["schema"]!.AsObject(), (bool?)parameter["required"] == true)));
        if (operation["requestBody"]?["content"]?.AsObject().First().Value!["schema"] is JsonObject body)
        {
            var schema = Resolve(body, document);
            var required = schema["required"]?.AsArray().Select(name => (string?)name).ToHashSet() ?? [];
            Table(page, "Body", schema["properties"]!.AsObject().Select(property =>
                (property.Key, property.Value!.AsObject(), required.Contains(property.Key))));
        }

        page.Append("</details>");
    }

    private static void Table(
        StringBuilder page, string caption, IEnumerable<(string Name, JsonObject Schema, bool IsRequired)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0)
            return;
        page.Append($"<p>{caption}</p><table>");
        foreach (var (name, schema, isRequired) in list)
            page.Append($"<tr><td><code{(isRequired ? " class=\"required\"" : "")}>")
                .Append($"{WebUtility.HtmlEncode(name)}</code>")
                .Append($"<td>{WebUtility.HtmlEncode(TypeOf(schema))}</tr>");
        page.Append("</table>");
    }

    private static JsonObject Resolve(JsonObject schema, JsonObject document) =>
        (string?)schema["$ref"] is { } reference
            ? document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!.AsObject()
            : schema;

    private static string TypeOf(JsonObject schema) => schema switch
    {
        _ when schema["anyOf"] is JsonArray either =>
            string.Join(" or ", either.Select(one => TypeOf(one!.AsObject()))),
        _ when schema["enum"] is JsonArray choices => string.Join(" | ", choices.Select(choice => (string?)choice)),
        _ when schema["items"] is JsonObject items => $"list of {TypeOf(items)}",
        _ => $"{(string?)schema["format"] ?? (string?)schema["type"] ?? "anything"}"
            + ((bool?)schema["nullable"] == true ? ", or null" : ""),
    };

    // "content_container_tags_list" belongs to "content container tags".
    private static string GroupOf(JsonObject operation)
    {
        var id = (string)operation["operationId"]!;
        foreach (var prefix in Groups)
            if (id.StartsWith(prefix, StringComparison.Ordinal))
                return prefix.Replace('_', ' ');
        var words = id.Split('_');
        return string.Join(' ', words[0] is "content" && words.Length > 3 ? words[..3] : words[..1]);
    }

    private static string Text(JsonNode? node) => WebUtility.HtmlEncode((string?)node ?? "");
}
