using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;
using OrleansRegistry.Signatures.Keys;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>Somebody with an OpenPGP key who signs whatever a test wants signed.</summary>
/// <param name="Name">Of the key, and of its file.</param>
/// <param name="Certificate">Binary.</param>
/// <param name="Sign">A message of one-pass, literal and signature packets over a payload, made at a time.</param>
internal sealed record Maker(string Name, byte[] Certificate, Func<byte[], uint, byte[]> Sign)
{
    /// <summary>The ones whose signatures count.</summary>
    public static IReadOnlyList<Maker> Good { get; } =
    [
        OfFixture("rsa2048"), OfFixture("ed25519"), OfFixture("nistp256"), OfTest("test-1", 1), OfTest("test-2", 2),
        OfFixture("subkey"),
    ];

    /// <summary>The ones whose signatures do not.</summary>
    public static IReadOnlyList<Maker> Bad { get; } = [OfFixture("expired"), Lapsed(), Revoked(), CertifyingOnly()];

    /// <summary>Its packets are of a version that gpg 2 does not read.</summary>
    public static Maker Version6 { get; } = OfTest("version-6", new TestKey(6, version: 6));

    public static IReadOnlyList<Maker> All { get; } = [.. Good, .. Bad, Version6];

    /// <summary>A message with further hashed subpackets; only keys of tests can.</summary>
    public Func<byte[], byte[][], byte[]>? SignWith { get; private init; }

    public string Armored => PublicArmor.Write(Certificate);

    /// <summary>Whether its certificate is one of a policy's keys.</summary>
    public bool IsNamedIn(string policy) =>
        policy.Contains($"/{Name}.gpg", StringComparison.Ordinal)
        || policy.Contains($"/{Name}.asc", StringComparison.Ordinal)
        || policy.Contains(Convert.ToBase64String(Certificate), StringComparison.Ordinal);

    public override string ToString() => Name;

    private static Maker OfFixture(string name)
    {
        var secret = Fixtures.Read($"keys/{name}.sec.asc");
        var certificate = Fixtures.Read($"keys/{name}.pub.gpg");
        var reader = new CertificateReader();
        reader.Read(certificate);
        var key = reader.Certificates.SelectMany(SigningKey.Of).Last();
        var writer = new SignatureWriter(SecretKeyRing.Extract(secret, key.Packet, ""), key.Packet.FingerprintBytes);
        return new(name, certificate, (payload, time) =>
        [
            .. PacketWriter.Old(
                OpenPgp.PacketTag.OnePassSignature,
                [3, 0, (byte)writer.Key.Hash, (byte)writer.Key.Algorithm, .. key.Packet.FingerprintBytes.AsSpan(12), 1]),
            .. Packets.Literal(payload),
            .. PacketWriter.Old(
                OpenPgp.PacketTag.Signature, writer.Write(0, payload, DateTimeOffset.FromUnixTimeSeconds(time))),
        ]);
    }

    private static Maker OfTest(string name, int seed) => OfTest(name, new TestKey(seed));

    private static Maker OfTest(string name, TestKey key, params byte[][] subpackets) => new(
        name, key.Certificate([.. subpackets, Packets.Subpacket(27, [3])]),
        (payload, time) => key.Message(payload, 0, null, Packets.Subpacket(2, Packets.UInt32(time))))
    {
        SignWith = (payload, more) => key.Message(payload, 0, null, more),
    };

    private static Maker Lapsed() => OfTest("lapsed", new TestKey(3), Packets.Subpacket(9, Packets.UInt32(300 * 86400)));

    private static Maker Revoked()
    {
        var key = new TestKey(4);
        var maker = OfTest("revoked", key);
        var certificate = maker.Certificate;
        var primary = Packets.New(6, key.Body);
        return maker with { Certificate = [.. primary, .. key.Revocation(), .. certificate.AsSpan(primary.Length)] };
    }

    private static Maker CertifyingOnly()
    {
        var key = new TestKey(5);
        return OfTest("certifying-only", key) with { Certificate = key.Certificate(Packets.Subpacket(27, [1])) };
    }
}

/// <summary>Somebody with a key for signatures of cosign.</summary>
internal sealed record CosignMaker(string Name, string PublicKey, Func<byte[], byte[]> Sign)
{
    public static IReadOnlyList<CosignMaker> All { get; } =
    [
        OfEcdsa("p256", ECCurve.NamedCurves.nistP256), OfEcdsa("p256-other", ECCurve.NamedCurves.nistP256),
        OfEcdsa("p384", ECCurve.NamedCurves.nistP384), OfRsa(), OfEd25519(),
    ];

    public override string ToString() => Name;

    private static CosignMaker OfEcdsa(string name, ECCurve curve)
    {
        var key = ECDsa.Create(curve);
        return new(name, key.ExportSubjectPublicKeyInfoPem() + "\n", payload =>
        {
            lock (key)
                return key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        });
    }

    private static CosignMaker OfRsa()
    {
        var key = RSA.Create(2048);
        return new("rsa", key.ExportSubjectPublicKeyInfoPem() + "\n", payload =>
        {
            lock (key)
                return key.SignData(payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        })
        { OtherPublicKey = key.ExportRSAPublicKeyPem() + "\n" };
    }

    private static CosignMaker OfEd25519()
    {
        byte[] secret = SHA256.HashData("ed25519"u8), point = new byte[32];
        Ed25519.GeneratePublicKey(secret, 0, point, 0);
        byte[] spki = [.. Convert.FromHexString("302A300506032B6570032100"), .. point];
        return new("ed25519", PemEncoding.WriteString("PUBLIC KEY", spki) + "\n", payload =>
        {
            var value = new byte[64];
            Ed25519.Sign(secret, 0, payload, 0, payload.Length, value, 0);
            return value;
        });
    }

    /// <summary>The same key in another form, if there is one.</summary>
    public string? OtherPublicKey { get; private init; }

    public byte[] Pem => Encoding.UTF8.GetBytes(PublicKey);
}
