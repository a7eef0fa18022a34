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
    /// <summary>True where the key that it names is known, and made it.</summary>
    public bool IsProven { get; init; }

    /// <summary>The signature as part of a repository.</summary>
    public ContentUnit Unit => ContentUnit.Signature(new(Manifest, Digest.Hex));
}

/// <summary>
/// What a signature is called within a repository, or by clients: its manifest, and what tells it from others.
/// </summary>
/// <param name="Manifest">The digest of the manifest that owns it.</param>
/// <param name="Rest">In keys the 64 hex digits of the SHA-256 of its bytes; in names whatever clients chose.</param>
public readonly record struct SignatureKey(Digest Manifest, string Rest)
{
    /// <exception cref="FormatException">The text is no such name.</exception>
    public static SignatureKey Parse(string text) =>
        TryParse(text, out var key) ? key : throw new FormatException($"'{text}' does not name a signature.");

    public static bool TryParse(string text, out SignatureKey key)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || !Digest.TryParse(text[..at], out var manifest))
        {
            key = default;
            return false;
        }

        key = new(manifest, text[(at + 1)..]);
        return true;
    }

    public override string ToString() => $"{Manifest}@{Rest}";
}

/// <summary>
/// A signature as clients get it, its name and its bytes; the key that it names, as <see cref="Signature"/>; and since when
/// it is known here.
/// </summary>
public sealed record ServedSignature(
    SignatureKey Key, string Name, string KeyId, string? Fingerprint, byte[] Bytes, DateTimeOffset FirstSeen);
