using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures;

/// <summary>What the JSON inside a signature states. Source: containers-signature(5).</summary>
internal sealed record SignaturePayload(Digest ManifestDigest, string DockerReference, string? Creator)
{
    /// <exception cref="MalformedException">The JSON departs from the schema in any way.</exception>
    public static SignaturePayload Parse(ReadOnlySpan<byte> json) => Parse(json, PayloadSchema.Atomic);

    /// <exception cref="MalformedException">The JSON departs from the schema in any way.</exception>
    public static SignaturePayload Parse(ReadOnlySpan<byte> json, PayloadSchema schema) =>
        new PayloadReader(json, schema).Read();

    /// <exception cref="MalformedException">
    /// The text is no digest, or not by SHA-256: clients compare only that, so any other could never be accepted.
    /// </exception>
    public static Digest ParseDigest(string text) =>
        Digest.TryParse(text, out var digest) && digest.Algorithm == "sha256"
            ? digest
            : throw new MalformedException(
                "The payload's docker-manifest-digest is not sha256: and 64 lower-case hex digits.");
}
