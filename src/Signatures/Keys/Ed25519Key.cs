using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>
/// An Ed25519 key, of version 4 (algorithm 22) or 6 (27). By BouncyCastle: the platform has no Ed25519.
/// </summary>
/// <remarks>OpenPGP signs the digest, not the message. Source: RFC 9580, 5.2.3.3 and 5.2.3.4.</remarks>
internal sealed class Ed25519Key : VerifyingKey
{
    private readonly Ed25519.PublicPoint _point;

    public Ed25519Key(ReadOnlySpan<byte> publicKey) =>
        _point = Ed25519.ValidatePublicKeyPartialExport(publicKey)
            ?? throw new MalformedException("The Ed25519 key is no point of the curve.");

    /// <summary>The form of version 4 keys: the curve's object identifier, then 0x40 and the point.</summary>
    public static Ed25519Key ReadLegacy(ReadOnlySpan<byte> curve, ReadOnlySpan<byte> point) =>
        Convert.ToHexString(curve) == "2B06010401DA470F01" && point.Length == 33 && point[0] == 0x40
            ? new(point[1..])
            : throw new MalformedException("The EdDSA key is not of the supported curve, Ed25519.");

    public override int Bits => 8 * Ed25519.PublicKeySize;

    public override bool Verify(SignaturePacket signature, HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        Span<byte> value = stackalloc byte[Ed25519.SignatureSize];
        var fits = signature.KeyAlgorithm == KeyAlgorithm.EdDsaLegacy
            ? SignatureValues.TryPad(signature.Values[0], value[..32])
                && SignatureValues.TryPad(signature.Values[1], value[32..])
            : SignatureValues.TryPad(signature.Values[0], value);
        return fits && Ed25519.Verify(value, _point, digest);
    }
}
