using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math;
using OrleansRegistry.Signatures.Keys;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>Makes OpenPGP keys that certify themselves and sign: version 4, one user id, no end of validity.</summary>
public static class OpenPgpKeyGenerator
{
    private const byte PositiveCertification = 0x13;
    private const byte KeyFlags = 27;
    private const byte CertifyAndSign = 3;
    private const byte NotProtected = 0;

    private static readonly byte[] Ed25519Curve = Convert.FromHexString("2B06010401DA470F01");
    private static readonly byte[] P256Curve = Convert.FromHexString("2A8648CE3D030107");

    /// <summary>The transferable secret key, binary and not protected: for whoever seals it.</summary>
    public static byte[] Generate(OpenPgpKeyKind kind, string userId, DateTimeOffset now)
    {
        var (key, material, secret) = kind switch
        {
            OpenPgpKeyKind.Rsa3072 => Rsa(3072),
            OpenPgpKeyKind.Rsa4096 => Rsa(4096),
            OpenPgpKeyKind.Ed25519 => Ed25519(),
            OpenPgpKeyKind.NistP256 => P256(),
        };
        byte[] body = [4, .. PacketWriter.UInt32((uint)now.ToUnixTimeSeconds()), (byte)key.Algorithm, .. material];
        var packet = KeyPacket.Parse(body, isSecret: false);
        var name = Encoding.UTF8.GetBytes(userId);
        byte[] certified = [.. packet.Hashed, 0xB4, .. PacketWriter.UInt32((uint)name.Length), .. name];
        var certification = new SignatureWriter(key, packet.FingerprintBytes).Write(
            PositiveCertification, certified, now, PacketWriter.Subpacket(KeyFlags, [CertifyAndSign]));
        return
        [
            .. PacketWriter.Old(PacketTag.SecretKey, [.. body, NotProtected, .. secret, .. Checksum(secret)]),
            .. PacketWriter.Old(PacketTag.UserId, name),
            .. PacketWriter.Old(PacketTag.Signature, certification),
        ];
    }

    private static (PrivateKey Key, byte[] Material, byte[] Secret) Rsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        var numbers = rsa.ExportParameters(includePrivateParameters: true);
        var (p, q) = (new BigInteger(1, numbers.P), new BigInteger(1, numbers.Q));
        if (p.CompareTo(q) > 0)
            (p, q) = (q, p);
        return (
            new RsaPrivateKey(numbers),
            [.. PacketWriter.Integer(numbers.Modulus), .. PacketWriter.Integer(numbers.Exponent)],
            [
                .. PacketWriter.Integer(numbers.D), .. PacketWriter.Integer(p.ToByteArrayUnsigned()),
                .. PacketWriter.Integer(q.ToByteArrayUnsigned()),
                .. PacketWriter.Integer(p.ModInverse(q).ToByteArrayUnsigned()),
            ]);
    }

    private static (PrivateKey Key, byte[] Material, byte[] Secret) Ed25519()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var key = new Ed25519PrivateKey(secret);
        return (
            key,
            [(byte)Ed25519Curve.Length, .. Ed25519Curve, .. PacketWriter.Integer([0x40, .. key.Point])],
            PacketWriter.Integer(secret));
    }

    private static (PrivateKey Key, byte[] Material, byte[] Secret) P256()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var numbers = ecdsa.ExportParameters(includePrivateParameters: true);
        return (
            new EcdsaPrivateKey(numbers),
            [(byte)P256Curve.Length, .. P256Curve, .. PacketWriter.Integer([4, .. numbers.Q.X!, .. numbers.Q.Y!])],
            PacketWriter.Integer(numbers.D));
    }

    private static byte[] Checksum(byte[] secret) => PacketWriter.UInt16(secret.Sum(one => one) & 0xFFFF);
}
