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
internal sealed partial class ApiJson : JsonSerializerContext;
