using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>
/// What makes two messages the same signature: what was signed, by which key, with which result. Not what anybody may
/// change without the key: names and times of the literal packet, lengths, compression, unhashed subpackets.
/// </summary>
internal static class SignedStatement
{
    /// <summary>A SHA-256 hash of it.</summary>
    public static byte[] Hash(SignedMessage message)
    {
        var signature = message.Signature;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, [(byte)signature.Version, (byte)Canonical(signature.KeyAlgorithm), (byte)signature.Hash]);
        Span<byte> issuer = stackalloc byte[8];
        // Of the key its id alone: whether the fingerprint is named beside it may be changed by anybody.
        BinaryPrimitives.WriteUInt64BigEndian(issuer, signature.IssuerKeyId);
        Append(hash, issuer);
        Append(hash, signature.Salt);
        Append(hash, signature.Trailer);
        Append(hash, signature.Type is SignatureType.Text ? LineEnds.ToCrLf(message.Payload) : message.Payload);
        foreach (var value in signature.Values)
            Append(hash, value);
        return hash.GetHashAndReset();
    }

    // Two numbers of one algorithm; in version 3 nothing hashes which.
    private static KeyAlgorithm Canonical(KeyAlgorithm algorithm) =>
        algorithm is KeyAlgorithm.RsaSignOnly ? KeyAlgorithm.Rsa : algorithm;

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
