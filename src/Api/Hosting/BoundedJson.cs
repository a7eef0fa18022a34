using System.Text.Json;
using System.Text.Unicode;

namespace OrleansRegistry.Hosting;

/// <summary>JSON that is not worth a parser's memory: found out before anything is made of it.</summary>
internal static class BoundedJson
{
    /// <summary>Reads all of it, texts included, and keeps nothing.</summary>
    /// <exception cref="JsonException">It is no JSON, too deep, or has too many values and names; or a text is no Unicode.</exception>
    public static void Check(ReadOnlySpan<byte> json, int mostTokens, int maxDepth)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            for (var count = 1; reader.Read(); count++)
            {
                if (count > mostTokens)
                    throw new JsonException($"There are more than {mostTokens} names, values and brackets.");
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                    throw new JsonException("A text is no UTF-8.");
            }
        }
        catch (InvalidOperationException invalid)
        {
            throw new JsonException($"A text is no Unicode: {invalid.Message}", invalid);
        }
    }

    // Half a surrogate pair can only be written with an escape; reading it throws.
    private static bool IsText(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? reader.GetString() is not null : Utf8.IsValid(reader.ValueSpan);
}
