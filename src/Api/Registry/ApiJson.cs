using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansRegistry.Registry;

/// <summary>The JSON of the registry API, written without reflection.</summary>
[JsonSerializable(typeof(OciError.Body))]
[JsonSerializable(typeof(TagEndpoints.TagList))]
[JsonSerializable(typeof(CatalogEndpoints.RepositoryList))]
[JsonSerializable(typeof(ReferrerEndpoints.Index))]
[JsonSerializable(typeof(SignatureEndpoints.SignatureList))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Quotes stay readable: the answers are JSON for programs and people, and never part of a page.</summary>
    public static ApiJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
