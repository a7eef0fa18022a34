using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansRegistry.Registry;

/// <summary>The JSON of the registry API, written without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciError.Body))]
[JsonSerializable(typeof(TagEndpoints.TagList))]
[JsonSerializable(typeof(CatalogEndpoints.RepositoryList))]
[JsonSerializable(typeof(ReferrerEndpoints.Index))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Quotes stay readable: the answers are JSON for programs and people, and never part of a page.</summary>
    public static ApiJson Readable { get; } =
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
