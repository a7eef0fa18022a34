using System.Security.Cryptography;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>The numbers of a public key, ready to verify. Safe for use by many threads.</summary>
internal abstract class VerifyingKey
{
    /// <summary>The size of its numbers, in bits.</summary>
    public abstract int Bits { get; }

    /// <summary>Whether <paramref name="signature"/>'s values sign <paramref name="digest"/> under this key.</summary>
    public abstract bool Verify(SignaturePacket signature, HashAlgorithmName hash, ReadOnlySpan<byte> digest);

    /// <summary>
    /// Reads the key material of a public key packet, whose form <paramref name="algorithm"/> decides.
    /// </summary>
    /// <remarks>
    /// Source: RFC 9580, 5.5.5. Does not read to the end: a secret key's packet holds more. Deliberately not by
    /// BouncyCastle, which tests the modulus for primes on every use (115 ms for 4096 bits) and knows no version 6.
    /// </remarks>
    /// <exception cref="MalformedException">
    /// The algorithm, curve or size is not supported, or the numbers are no key.
    /// </exception>
    public static VerifyingKey Read(KeyAlgorithm algorithm, Octets material)
    {
        try
        {
            return algorithm switch
            {
                KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly =>
                    new RsaKey(material.TakeInteger(), material.TakeInteger()),
                KeyAlgorithm.Ecdsa => new EcdsaKey(material.Take(material.TakeByte()), material.TakeInteger()),
                KeyAlgorithm.EdDsaLegacy =>
                    Ed25519Key.ReadLegacy(material.Take(material.TakeByte()), material.TakeInteger()),
                KeyAlgorithm.Ed25519 => new Ed25519Key(material.Take(32)),
                _ => throw new MalformedException($"Keys of algorithm {(int)algorithm} are not supported."),
            };
        }
        catch (CryptographicException)
        {
            throw new MalformedException("The platform refuses the numbers of the key.");
        }
    }
}
