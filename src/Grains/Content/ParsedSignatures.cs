using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.Content;

/// <summary>What a signature's bytes claim, as the catalogue keeps it.</summary>
internal static class ParsedSignatures
{
    /// <param name="parsed">The signature.</param>
    /// <param name="manifest">Whose child it is: the same content may have a second name.</param>
    /// <param name="bytes">The signature's own.</param>
    public static Signature Of(this AtomicSignature parsed, Digest manifest, byte[] bytes) => new(
        manifest,
        parsed.ContentDigest,
        parsed.Name,
        parsed.KeyId,
        parsed.Fingerprint,
        parsed.CreatedAt,
        parsed.Creator,
        parsed.DockerReference,
        parsed.Statement,
        bytes);
}
