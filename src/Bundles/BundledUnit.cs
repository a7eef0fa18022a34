using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansRegistry.Bundles;

/// <summary>One line of a list of contents: one unit of what a repository holds.</summary>
public sealed record BundledUnit
{
    public string? Blob { get; init; }

    public long? Size { get; init; }

    public string? Manifest { get; init; }

    /// <summary>Who made the signature that the manifest attaches: fingerprints.</summary>
    public IReadOnlyList<string>? SignedBy { get; init; }

    /// <summary>The tag; <see cref="Manifest"/> is what it names.</summary>
    public string? Tag { get; init; }

    /// <summary>The SHA-256 of a signature's bytes, in hex; <see cref="Manifest"/> is what it signs.</summary>
    public string? Signature { get; init; }

    /// <summary>The line, with its end.</summary>
    public byte[] Write() => [.. JsonSerializer.SerializeToUtf8Bytes(this, BundleLineJson.Default.BundledUnit), (byte)'\n'];

    /// <exception cref="BundleException">It is no such line.</exception>
    public static BundledUnit Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BundleLineJson.Default.BundledUnit) ?? throw new JsonException("It is null.");
        }
        catch (JsonException malformed)
        {
            throw new BundleException($"A line of a list of contents is malformed: {malformed.Message}");
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 8)]
[JsonSerializable(typeof(BundledUnit))]
internal sealed partial class BundleLineJson : JsonSerializerContext;
