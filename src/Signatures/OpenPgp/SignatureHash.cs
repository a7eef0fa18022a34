using System.Buffers;
using System.Security.Cryptography;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>The hash that a signature signs: salt, data and trailer. Source: RFC 9580, 5.2.4.</summary>
internal static class SignatureHash
{
    public const int MaxBytes = 64;

    /// <summary>The platform's name of a hash function, or null where it has none that may be relied on.</summary>
    public static HashAlgorithmName? NameOf(HashFunction hash) => hash switch
    {
        HashFunction.Sha256 => HashAlgorithmName.SHA256,
        HashFunction.Sha384 => HashAlgorithmName.SHA384,
        HashFunction.Sha512 => HashAlgorithmName.SHA512,
        HashFunction.Sha3With256 when SHA3_256.IsSupported => HashAlgorithmName.SHA3_256,
        HashFunction.Sha3With512 when SHA3_512.IsSupported => HashAlgorithmName.SHA3_512,
        _ => null,
    };

    /// <summary>
    /// Hashes into <paramref name="digest"/>, at least <see cref="MaxBytes"/> long, and returns the hash's length.
    /// </summary>
    public static int Compute(
        SignaturePacket signature, HashAlgorithmName name, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        var length = signature.Salt.Length + data.Length + signature.Trailer.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            signature.Salt.CopyTo(buffer.AsSpan());
            data.CopyTo(buffer.AsSpan(signature.Salt.Length));
            signature.Trailer.CopyTo(buffer.AsSpan(length - signature.Trailer.Length));
            return CryptographicOperations.HashData(name, buffer.AsSpan(0, length), digest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
