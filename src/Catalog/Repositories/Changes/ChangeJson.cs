using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>How a change is written: for the task that keeps it, and for the way to its repository's node.</summary>
public static class ChangeJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true, // null may mean everything; what is missing means nothing
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(),
            new TextValue<Digest>(Digest.Parse),
            new TextValue<Tag>(Tag.Parse),
            new TextValue<SignatureKey>(SignatureKey.Parse),
        },
    };

    private static readonly Dictionary<Type, string> Kinds = typeof(RepositoryChange)
        .GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(one => one.DerivedType, one => (string)one.TypeDiscriminator!);

    /// <summary>How that type of change is written.</summary>
    public static string KindOf(Type change) => Kinds[change];

    public static string Write(RepositoryChange change) => JsonSerializer.Serialize(change, Options);

    public static JsonElement WriteElement(RepositoryChange change) => JsonSerializer.SerializeToElement(change, Options);

    /// <exception cref="JsonException">The text is no change that this version of the program knows.</exception>
    public static RepositoryChange Read(string json) => Read(() => JsonSerializer.Deserialize<RepositoryChange>(json, Options));

    /// <inheritdoc cref="Read(string)"/>
    public static RepositoryChange Read(JsonElement json) => Read(() => json.Deserialize<RepositoryChange>(Options));

    private static RepositoryChange Read(Func<RepositoryChange?> read)
    {
        try
        {
            return read() ?? throw new JsonException("The change is null.");
        }
        catch (Exception exception) when (exception is FormatException or NotSupportedException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
