using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Registry;

/// <summary>
/// The JSON object that a signature travels in: <c>schemaVersion</c> 2, <c>type</c> "atomic", <c>content</c> in base64,
/// and a <c>name</c>, which must speak of the manifest and is not kept. No Content-Type is asked for: clients send none.
/// </summary>
internal static class SignatureEnvelope
{
    private const int MaxSignatureBytes = 64 * 1024;
    private const int MaxTokens = 1024;
    private const int MaxDepth = 8;
    private const int MaxBytes = (MaxSignatureBytes * 4 / 3) + 4096;

    /// <summary>The signature's bytes.</summary>
    /// <exception cref="ProblemException">The body is no such object, or too large.</exception>
    public static async Task<byte[]> ReadAsync(
        HttpRequest request, Digest manifest, CancellationToken cancellationToken)
    {
        var body = await BoundedBody.ReadAsync(request, MaxBytes, cancellationToken)
            ?? throw new ProblemException(
                ProblemKind.ManifestTooLarge,
                $"A signature has at most {MaxSignatureBytes} bytes, and its envelope in base64 {MaxBytes}.");
        try
        {
            BoundedJson.Check(body, MaxTokens, MaxDepth);
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Read(json.RootElement, manifest);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Invalid($"The body is not JSON: {exception.Message}");
        }
    }

    private static byte[] Read(JsonElement envelope, Digest manifest)
    {
        if (envelope.ValueKind is not JsonValueKind.Object)
            throw Invalid("The body is not a JSON object.");
        if (!envelope.TryGetProperty("schemaVersion", out var version)
            || version.ValueKind is not JsonValueKind.Number || !version.TryGetInt32(out var number) || number != 2)
            throw Invalid("'schemaVersion' is not 2.");
        if (Text(envelope, "type") is not "atomic")
            throw Invalid("'type' is not 'atomic'; other signatures are pushed as manifests.");
        if (Text(envelope, "name") is { } name && !name.StartsWith($"{manifest}@", StringComparison.Ordinal))
            throw Invalid($"'name' speaks of another manifest; it is '{manifest}@' and any identifier.");
        if (!envelope.TryGetProperty("content", out var content)
            || content.ValueKind is not JsonValueKind.String || !content.TryGetBytesFromBase64(out var bytes))
            throw Invalid("'content' is not base64.");
        return bytes.Length <= MaxSignatureBytes
            ? bytes
            : throw Invalid($"A signature has at most {MaxSignatureBytes} bytes.");
    }

    private static string? Text(JsonElement envelope, string name) =>
        !envelope.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : throw Invalid($"'{name}' is not a string.");

    private static ProblemException Invalid(string why) => new(ProblemKind.SignatureInvalid, why);
}
