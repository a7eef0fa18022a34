using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>The mathematics of one signature by one key, and nothing else: no dates, no flags, no trust.</summary>
internal static class KeySignature
{
    /// <summary>
    /// False as well where key and signature do not fit each other: version, algorithm, issuer, salt size.
    /// </summary>
    public static bool Verify(SignaturePacket signature, KeyPacket key, HashAlgorithmName hash, ReadOnlySpan<byte> data)
    {
        if (key.Verifying is null || !Fits(signature, key))
            return false;
        Span<byte> digest = stackalloc byte[SignatureHash.MaxBytes];
        var length = SignatureHash.Compute(signature, hash, data, digest);
        try
        {
            return BinaryPrimitives.ReadUInt16BigEndian(digest) == signature.HashStart
                && key.Verifying.Verify(signature, hash, digest[..length]);
        }
        catch (CryptographicException)
        {
            // The platform takes some numbers for a key, and fails when it is to use them.
            return false;
        }
    }

    private static bool Fits(SignaturePacket signature, KeyPacket key) =>
        (signature.Version == 6) == (key.Version == 6)
        && Family(signature.KeyAlgorithm) == Family(key.Algorithm)
        && signature.IssuerKeyId == key.KeyId
        && (signature.IssuerFingerprint is not { } issuer || issuer.AsSpan().SequenceEqual(key.FingerprintBytes))
        && (signature.Version != 6 || signature.Salt.Length == SaltLength(signature.Hash));

    private static KeyAlgorithm Family(KeyAlgorithm algorithm) =>
        algorithm is KeyAlgorithm.RsaSignOnly ? KeyAlgorithm.Rsa : algorithm;

    // Source: RFC 9580, 9.5.
    private static int SaltLength(HashFunction hash) => hash switch
    {
        HashFunction.Sha256 or HashFunction.Sha3With256 => 16,
        HashFunction.Sha384 => 24,
        _ => 32,
    };
}
