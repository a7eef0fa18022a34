using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansRegistry;

/// <summary>A value that is a text in JSON.</summary>
internal sealed class TextValue<T>(Func<string, T> parse) : JsonConverter<T>
    where T : struct
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        parse(reader.GetString() ?? throw new JsonException("A name is null."));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
