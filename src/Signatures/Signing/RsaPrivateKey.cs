using System.Security.Cryptography;
using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>An RSA key on the platform's cryptography, which is eight times as fast as managed code.</summary>
internal sealed class RsaPrivateKey(RSAParameters parameters) : PrivateKey
{
    private readonly Pool<RSA> _pool = new(() => RSA.Create(parameters));

    public override KeyAlgorithm Algorithm => KeyAlgorithm.Rsa;

    public override HashFunction Hash => HashFunction.Sha512;

    public override byte[][] Sign(ReadOnlySpan<byte> digest)
    {
        using var rented = _pool.Rent();
        return [rented.Key.SignHash(digest.ToArray(), HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)];
    }
}
