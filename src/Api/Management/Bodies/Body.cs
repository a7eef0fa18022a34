using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Management;

/// <summary>What a request carries, declared once: the schema and the reading both come from here.</summary>
/// <param name="Name">The name of its schema.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record Body(string Name, params IReadOnlyList<BodyField> Fields)
{
    /// <summary>For lists of content and of names: a hundred thousand hrefs.</summary>
    public const int ListBytes = 10 * 1024 * 1024;

    /// <summary>For certificates, keys and programs.</summary>
    public const int FileBytes = 256 * 1024;

    // What an entry of a list takes at least, with some room: what is shorter fills memory with objects.
    private const int BytesOfToken = 16;
    private const int MostTokens = 200_000;

    // Nobody reads more of them.
    private const int MaxErrors = 100;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>A part of the whole: nothing is required, and what is absent stays as it is.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The most that may come.</summary>
    public int MostBytes { get; init; } = 64 * 1024;

    /// <summary>Sent as a form, because it carries a file; read by <see cref="FileForm"/>.</summary>
    public bool IsForm { get; init; }

    /// <summary>True where the client may send nothing at all.</summary>
    public bool IsOptional => IsPartial || Fields.All(one => !one.IsRequired);

    public string Component => IsPartial ? $"Patched{Name}" : Name;

    public JsonObject Schema
    {
        get
        {
            var schema = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(
                    Fields.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, one.Schema))),
            };
            if (!IsPartial && Fields.Any(one => one.IsRequired))
                schema["required"] = PulpJson.Texts(Fields.Where(one => one.IsRequired).Select(one => one.Name));
            return schema;
        }
    }

    /// <summary>Reads and checks all fields; every refused one is named.</summary>
    /// <exception cref="RefusedException">Some field is refused.</exception>
    public async Task<BodyValues> ReadAsync(
        HttpRequest request, References references, CancellationToken cancellationToken)
    {
        var json = await ReadJsonAsync(request, cancellationToken);
        var errors = new List<KeyValuePair<string, string>>();
        var values = new Dictionary<string, object?>();
        foreach (var (name, _) in json.Where(sent => Fields.All(field => field.Name != sent.Key)).Take(MaxErrors))
            errors.Add(new(name, "Unexpected field"));
        foreach (var field in Fields)
            try
            {
                if (!json.TryGetPropertyValue(field.Name, out var node))
                {
                    if (field.IsRequired && !IsPartial)
                        errors.Add(new(field.Name, "This field is required."));
                }
                else if (node is not null)
                    values[field.Name] = await references.ResolveAsync(field.Read(node), cancellationToken);
                else if (field.TakesNull)
                    values[field.Name] = null;
                else
                    errors.Add(new(field.Name, "This field may not be null."));
            }
            catch (InvalidValueException invalid)
            {
                errors.Add(new(field.Name, invalid.Message));
            }

        return errors.Count == 0 ? new(values) { Sent = json } : throw new RefusedException(PulpError.Fields(errors));
    }

    private async Task<JsonObject> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadAsync(request, MostBytes, cancellationToken)
            ?? throw new RefusedException(PulpError.Detail(
                StatusCodes.Status413PayloadTooLarge, $"The body is longer than the {MostBytes / 1024} KiB that this operation takes."));
        if (bytes.Length == 0)
            return [];
        if (!request.HasJsonContentType())
            throw new RefusedException(PulpError.Detail(
                StatusCodes.Status415UnsupportedMediaType,
                $"Unsupported media type \"{request.ContentType}\" in request."));
        try
        {
            BoundedJson.Check(bytes, Math.Min(MostBytes / BytesOfToken, MostTokens), Strict.MaxDepth);
            return JsonNode.Parse(bytes, documentOptions: Strict) as JsonObject ?? throw RefusedException.Field(
                PulpError.WholeObject, "Invalid data. Expected a dictionary, but got another type.");
        }
        catch (JsonException exception)
        {
            throw new RefusedException(PulpError.Detail(400, $"JSON parse error - {exception.Message}"));
        }
    }
}

/// <summary>The fields that a client sent, read.</summary>
internal sealed class BodyValues(IReadOnlyDictionary<string, object?> values)
{
    /// <summary>The request as it came.</summary>
    public JsonObject Sent { get; init; } = [];

    /// <summary>The fields that were sent.</summary>
    public IEnumerable<string> Names => values.Keys;

    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>What was sent, null included; else what is given instead.</summary>
    public T Get<T>(string name, T otherwise) => values.TryGetValue(name, out var value) ? (T)value! : otherwise;

    /// <summary>What was sent; null where nothing was.</summary>
    public T? Find<T>(string name)
        where T : class => values.GetValueOrDefault(name) as T;
}
