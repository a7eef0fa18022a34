using System.Buffers;
using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>Writes what an atomic signature, or cosign's, states. Source: containers-signature(5); cosign, SIGNATURE_SPEC.md.</summary>
public static class AtomicPayload
{
    private const string Creator = "orleans-registry";

    /// <summary>The payload of an atomic container signature: compact, its members in alphabetical order.</summary>
    /// <param name="manifest">The manifest, by its SHA-256 digest: clients compare no other.</param>
    /// <param name="reference">The image, as clients are going to name it.</param>
    /// <param name="time">When it is made.</param>
    public static byte[] Write(Digest manifest, string reference, DateTimeOffset time) =>
        Write(manifest, reference, "atomic container signature", json =>
        {
            json.WriteStartObject();
            json.WriteString("creator"u8, Creator);
            json.WriteNumber("timestamp"u8, time.ToUnixTimeSeconds());
            json.WriteEndObject();
        });

    /// <summary>The payload that <c>cosign sign</c> writes: the name has no tag, and nothing is optional.</summary>
    public static byte[] WriteCosign(Digest manifest, string name) =>
        Write(manifest, name, "cosign container image signature", json => json.WriteNullValue());

    private static byte[] Write(Digest manifest, string reference, string type, Action<Utf8JsonWriter> writeOptional)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("critical"u8);
            json.WriteStartObject("identity"u8);
            json.WriteString("docker-reference"u8, reference);
            json.WriteEndObject();
            json.WriteStartObject("image"u8);
            json.WriteString("docker-manifest-digest"u8, manifest.ToString());
            json.WriteEndObject();
            json.WriteString("type"u8, type);
            json.WriteEndObject();
            json.WritePropertyName("optional"u8);
            writeOptional(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
