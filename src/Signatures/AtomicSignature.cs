using System.Diagnostics.CodeAnalysis;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures;

/// <summary>
/// A well-formed atomic container signature, as bytes from outside claim it. <b>Nothing of it is verified</b>: use it
/// to store, list and remove signatures, never to trust an image. <see cref="Verifier"/> does that.
/// </summary>
/// <remarks>
/// Well-formed means everything a strict reader can tell without a key: the message grammar, the signature packet and
/// the payload's schema. A signature by an unknown, expired or revoked key, with a broken hash function, or with a
/// wrong value is well-formed. Source: containers-signature(5), RFC 9580.
/// </remarks>
public sealed class AtomicSignature
{
    private AtomicSignature(ReadOnlySpan<byte> blob, SignedMessage message, SignaturePayload payload)
    {
        Message = message;
        ContentDigest = Digest.Sha256(blob);
        ManifestDigest = payload.ManifestDigest;
        DockerReference = payload.DockerReference;
        Creator = payload.Creator;
        Name = $"{ManifestDigest}@{ContentDigest.Hex[..32]}";
        Statement = Convert.ToHexStringLower(SignedStatement.Hash(message));
    }

    /// <summary>
    /// How the registry extension names it: the manifest's digest, <c>@</c>, 32 hex digits of the content's.
    /// </summary>
    public string Name { get; }

    /// <summary>The SHA-256 digest of the whole blob.</summary>
    public Digest ContentDigest { get; }

    /// <summary>
    /// 64 hex digits, alike in all messages that are this signature: a hash over what is signed, the key and the result.
    /// Names and times of packets, their lengths, compression and unhashed subpackets don't count.
    /// </summary>
    public string Statement { get; }

    /// <summary>The signed JSON, byte for byte.</summary>
    public ReadOnlyMemory<byte> Payload => Message.Payload;

    /// <summary>The manifest that the payload names. Always SHA-256.</summary>
    public Digest ManifestDigest { get; }

    /// <summary>The image reference that the payload names: any text, not always a valid reference.</summary>
    public string DockerReference { get; }

    /// <summary>What the payload says made it, such as <c>atomic 5.23.1</c>, or null.</summary>
    public string? Creator { get; }

    /// <summary>The key that claims to have signed: 16 upper-case hex digits.</summary>
    public string KeyId => Message.Signature.IssuerKeyId.ToString("X16", null);

    /// <summary>
    /// That key's fingerprint, 40 or (version 6) 64 upper-case hex digits, or null where only the key id is named.
    /// </summary>
    public string? Fingerprint =>
        Message.Signature.IssuerFingerprint is { } bytes ? Convert.ToHexString(bytes) : null;

    /// <summary>When the signature packet says it was made, in whole seconds. Not the payload's timestamp.</summary>
    public DateTimeOffset CreatedAt => Message.Signature.CreatedAt;

    /// <summary>When the signature packet says its validity ends, or null for never.</summary>
    public DateTimeOffset? ExpiresAt => Message.Signature.ExpiresAt;

    /// <summary>The version of the signature packet: 3, 4 or 6.</summary>
    public int PacketVersion => Message.Signature.Version;

    /// <summary>The algorithm of the key. May be a number that the enumeration does not list.</summary>
    public KeyAlgorithm KeyAlgorithm => Message.Signature.KeyAlgorithm;

    /// <summary>The hash function. May be a number that the enumeration does not list.</summary>
    public HashFunction HashFunction => Message.Signature.Hash;

    internal SignedMessage Message { get; }

    /// <summary>
    /// Parses a blob. False, with one sentence that says why, for anything not well-formed. Never throws.
    /// </summary>
    /// <remarks>
    /// Takes time linear in the blob, and allocates a small multiple of <see cref="SignatureLimits"/> at most.
    /// </remarks>
    public static bool TryParse(
        ReadOnlySpan<byte> blob,
        [NotNullWhen(true)] out AtomicSignature? signature,
        [NotNullWhen(false)] out string? refusal)
    {
        try
        {
            var message = SignedMessage.Parse(blob);
            signature = new(blob, message, SignaturePayload.Parse(message.Payload));
            refusal = null;
            return true;
        }
        catch (MalformedException malformed)
        {
            signature = null;
            refusal = malformed.Message;
            return false;
        }
    }
}
