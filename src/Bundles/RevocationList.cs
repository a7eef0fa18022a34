using System.Text.Json;

namespace OrleansRegistry.Bundles;

/// <summary>What a registry revoked: the document of its <c>/revocations</c>, which bundles carry, too.</summary>
public sealed class RevocationList
{
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly HashSet<string> _keys = new(StringComparer.OrdinalIgnoreCase);

    private RevocationList(IReadOnlyList<RevokedSubject> entries, string? asOf)
    {
        (Entries, AsOf) = (entries, asOf);
        foreach (var key in entries.SelectMany(one => one.Keys))
            _keys.Add(key);
    }

    /// <summary>When it was made, as it says; null where it does not.</summary>
    public string? AsOf { get; }

    public IReadOnlyList<RevokedSubject> Entries { get; }

    /// <exception cref="BundleException">It is no such list.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            throw new BundleException($"The list of revocations has {bytes.Length} bytes; at most {MostBytes} are read.");
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            if (!root.TryGetProperty("revocations", out _))
                throw new JsonException("It has no 'revocations'.");
            return new(
                [
                    .. root.GetProperty("revocations").EnumerateArray().Select(one => new RevokedSubject(
                        one.GetProperty("number").GetInt64(),
                        [.. one.GetProperty("keys").EnumerateArray().Select(key => key.GetString() ?? "")],
                        one.TryGetProperty("image", out var image) ? image.GetString() : null,
                        one.TryGetProperty("effective_from", out var from) && from.ValueKind is not JsonValueKind.Null
                            ? from.GetDateTimeOffset()
                            : null)),
                ],
                root.TryGetProperty("as_of", out var asOf) ? asOf.GetString() : null);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new BundleException($"The list of revocations is malformed: {malformed.Message}");
        }
    }

    /// <summary>Whether signatures that name that key are revoked: by its fingerprint, or by a key id alone.</summary>
    /// <param name="keyId">16 hex digits.</param>
    /// <param name="fingerprint">40 or 64 hex digits; null where the signature names none.</param>
    public bool Has(string keyId, string? fingerprint) =>
        _keys.Contains(keyId)
        || (fingerprint is not null
            ? _keys.Contains(fingerprint)
            : _keys.Any(key => key.Length > keyId.Length && KeyIdOf(key).Equals(keyId, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether a key is revoked.</summary>
    /// <param name="fingerprint">40 or 64 hex digits.</param>
    public bool Has(string fingerprint) => fingerprint.Length >= 16 && Has(KeyIdOf(fingerprint), fingerprint);

    // The end in version 4, the beginning in version 6. Source: RFC 9580, 5.5.4.
    private static string KeyIdOf(string fingerprint) => fingerprint.Length == 64 ? fingerprint[..16] : fingerprint[^16..];
}

/// <summary>One revocation: the keys that it is about, by fingerprint or key id, or the image.</summary>
/// <param name="Number">Its number there.</param>
/// <param name="Keys">All names of the key.</param>
/// <param name="Image">The digest; null of a key.</param>
/// <param name="EffectiveFrom">Only signatures that were first seen then or later are meant; null for all.</param>
public sealed record RevokedSubject(long Number, IReadOnlyList<string> Keys, string? Image, DateTimeOffset? EffectiveFrom);
