using System.Security.Cryptography;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>An ECDSA key on the platform's cryptography: NIST P-256, P-384 or P-521.</summary>
internal sealed class EcdsaKey : VerifyingKey
{
    private readonly int _fieldBytes;
    private readonly Pool<ECDsa> _pool;

    /// <param name="curve">The curve's object identifier, DER without tag and length.</param>
    /// <param name="point">0x04, x and y.</param>
    public EcdsaKey(ReadOnlySpan<byte> curve, ReadOnlySpan<byte> point)
    {
        (var named, _fieldBytes) = Curve(curve);
        if (point.Length != 1 + (2 * _fieldBytes) || point[0] != 4)
            throw new MalformedException("The point of an elliptic curve key has the wrong form.");
        var parameters = new ECParameters
        {
            Curve = named,
            Q = new() { X = point.Slice(1, _fieldBytes).ToArray(), Y = point[(1 + _fieldBytes)..].ToArray() },
        };
        _pool = new(() => ECDsa.Create(parameters));
    }

    // P-521 takes 66 bytes.
    public override int Bits => _fieldBytes == 66 ? 521 : _fieldBytes * 8;

    public override bool Verify(SignaturePacket signature, HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        Span<byte> value = stackalloc byte[2 * _fieldBytes];
        if (!SignatureValues.TryPad(signature.Values[0], value[.._fieldBytes])
            || !SignatureValues.TryPad(signature.Values[1], value[_fieldBytes..]))
            return false;
        using var rented = _pool.Rent();
        return rented.Key.VerifyHash(digest, value, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static (ECCurve Curve, int FieldBytes) Curve(ReadOnlySpan<byte> identifier) =>
        Convert.ToHexString(identifier) switch
        {
            "2A8648CE3D030107" => (ECCurve.NamedCurves.nistP256, 32),
            "2B81040022" => (ECCurve.NamedCurves.nistP384, 48),
            "2B81040023" => (ECCurve.NamedCurves.nistP521, 66),
            _ => throw new MalformedException(
                "The elliptic curve of the key is not supported; P-256, P-384 and P-521 are."),
        };
}
