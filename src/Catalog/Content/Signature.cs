using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>A well-formed signature of one manifest. What it says of itself is not verified: never trust an image by it.</summary>
/// <param name="Manifest">The digest of the manifest that owns it.</param>
/// <param name="Digest">The SHA-256 digest of its bytes.</param>
/// <param name="Name">Its name in the registry extension: <c>{manifest digest}@{32 hex}</c>.</param>
/// <param name="KeyId">The key that claims to have signed: 16 upper-case hex digits.</param>
/// <param name="Fingerprint">That key's full fingerprint, or null where the signature does not name it.</param>
/// <param name="SignedAt">When the signature packet says that it was made.</param>
/// <param name="Creator">The program that made it, as it says, or null.</param>
/// <param name="Reference">The image that it speaks of, as it says.</param>
/// <param name="Statement">A hash over what is signed: alike in all messages that are the same signature.</param>
/// <param name="Bytes">The OpenPGP message.</param>
public sealed record Signature(
    Digest Manifest,
    Digest Digest,
    string Name,
    string KeyId,
    string? Fingerprint,
    DateTimeOffset SignedAt,
    string? Creator,
    string Reference,
    string Statement,
    byte[] Bytes)
{
    /// <summary>The signature as part of a repository.</summary>
    public ContentUnit Unit =>
        new(ContentKind.Signature, $"{Manifest}@{Digest.Hex}", Manifest.ToString());
}

/// <summary>A signature as clients get it: its name and its bytes.</summary>
public sealed record ServedSignature(string Key, string Name, byte[] Bytes);
