using System.Security.Cryptography;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>An RSA key on the platform's cryptography, PKCS #1 v1.5.</summary>
internal sealed class RsaKey : VerifyingKey
{
    /// <summary>Shorter keys are within reach of factoring.</summary>
    public const int MinBits = 2048;

    /// <summary>Longer ones only cost: what OpenSSL takes at most.</summary>
    public const int MaxBits = 16384;

    private readonly int _modulusBytes;
    private readonly Pool<RSA> _pool;

    public RsaKey(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (modulus.Length is < MinBits / 8 or > MaxBits / 8)
            throw new MalformedException(
                $"An RSA key of {modulus.Length * 8} bits is not supported; 2048 to 16384 are.");
        _modulusBytes = modulus.Length;
        var parameters = new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() };
        _pool = new(() => RSA.Create(parameters));
    }

    public override int Bits => _modulusBytes * 8;

    public override bool Verify(SignaturePacket signature, HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        Span<byte> value = stackalloc byte[MaxBits / 8];
        value = value[.._modulusBytes];
        if (!SignatureValues.TryPad(signature.Values[0], value))
            return false;
        using var rented = _pool.Rent();
        return rented.Key.VerifyHash(digest, value, hash, RSASignaturePadding.Pkcs1);
    }
}
