using System.Security.Cryptography;
using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>An ECDSA key on the platform's cryptography: NIST P-256, P-384 or P-521.</summary>
internal sealed class EcdsaPrivateKey(ECParameters parameters) : PrivateKey
{
    private readonly int _fieldBytes = parameters.Q.X!.Length;
    private readonly Pool<ECDsa> _pool = new(() => ECDsa.Create(parameters));

    public override KeyAlgorithm Algorithm => KeyAlgorithm.Ecdsa;

    public override HashFunction Hash => _fieldBytes switch
    {
        32 => HashFunction.Sha256,
        48 => HashFunction.Sha384,
        _ => HashFunction.Sha512,
    };

    public override byte[][] Sign(ReadOnlySpan<byte> digest)
    {
        using var rented = _pool.Rent();
        var value = rented.Key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return [value[.._fieldBytes], value[_fieldBytes..]];
    }
}
