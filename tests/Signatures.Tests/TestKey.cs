using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>
/// An Ed25519 key that signs whatever a test wants signed. Packets of version 4 (algorithm 22) or 6 (27).
/// </summary>
internal sealed class TestKey
{
    public const uint CreatedAt = 1704067200;
    public const uint SignedAt = 1709294400;

    private readonly byte[] _secret;
    private readonly int _version;

    public TestKey(int seed, int version = 4, uint createdAt = CreatedAt)
    {
        _version = version;
        _secret = SHA256.HashData(BitConverter.GetBytes(seed));
        var point = new byte[32];
        Ed25519.GeneratePublicKey(_secret, 0, point, 0);
        byte[] material = version == 6
            ? point
            : [9, .. Convert.FromHexString("2B06010401DA470F01"), .. Packets.Integer([0x40, .. point])];
        Body = version == 6
            ? [6, .. Packets.UInt32(createdAt), 27, .. Packets.UInt32((uint)material.Length), .. material]
            : [4, .. Packets.UInt32(createdAt), 22, .. material];
        Hashed = version == 6
            ? [0x9B, .. Packets.UInt32((uint)Body.Length), .. Body]
            : [0x99, .. Packets.UInt16(Body.Length), .. Body];
#pragma warning disable CA5350 // The fingerprint of version 4.
        FingerprintBytes = version == 6 ? SHA256.HashData(Hashed) : SHA1.HashData(Hashed);
#pragma warning restore CA5350
    }

    public byte[] Body { get; }

    public byte[] Hashed { get; }

    public byte[] FingerprintBytes { get; }

    public string Fingerprint => Convert.ToHexString(FingerprintBytes);

    public ulong KeyId => BinaryPrimitives.ReadUInt64BigEndian(FingerprintBytes.AsSpan(_version == 6 ? 0 : 12));

    /// <summary>The primary key packet, a user id, and its certification with the subpackets.</summary>
    public byte[] Certificate(params byte[][] subpackets)
    {
        var userId = Encoding.UTF8.GetBytes("Test <test@example.invalid>");
        byte[] data = [.. Hashed, 0xB4, .. Packets.UInt32((uint)userId.Length), .. userId];
        return [.. Packets.New(6, Body), .. Packets.New(13, userId), .. Signature(0x13, data, subpackets)];
    }

    /// <summary>
    /// A subkey of this key, and its binding. The consent is the subkey's own, unless another signs it.
    /// </summary>
    public byte[] Subkey(TestKey subkey, TestKey? consentBy, params byte[][] subpackets)
    {
        byte[] data = [.. Hashed, .. subkey.Hashed];
        byte[][] all = consentBy is null
            ? subpackets
            : [.. subpackets, Packets.Subpacket(32, consentBy.SignatureBody(0x19, data, named: subkey))];
        return [.. Packets.New(14, subkey.Body), .. Signature(0x18, data, all)];
    }

    public byte[] RevocationOf(TestKey subkey) => Signature(0x28, [.. Hashed, .. subkey.Hashed]);

    public byte[] Revocation(int hash = 8) => Packets.New(2, SignatureBody(0x20, Hashed, hash: hash));

    public byte[] Signature(int type, byte[] data, params byte[][] subpackets) =>
        Packets.New(2, SignatureBody(type, data, subpackets: subpackets));

    /// <summary>One-pass, literal and signature packets.</summary>
    public byte[] Message(byte[] payload, int type = 0, byte[]? hashedAs = null, params byte[][] subpackets)
    {
        var signature = SignatureBody(type, hashedAs ?? payload, subpackets: subpackets);
        return [.. OnePass(type), .. Packets.Literal(payload), .. Packets.New(2, signature)];
    }

    public byte[] OnePass(int type = 0) => Packets.New(4, _version == 6
        ? [6, (byte)type, 8, 27, 16, .. Salt, .. FingerprintBytes, 1]
        : [3, (byte)type, 8, 22, .. FingerprintBytes[12..], 1]);

    /// <param name="named">Whose issuer fingerprint it carries: this key's, unless it lies.</param>
    public byte[] SignatureBody(
        int type, byte[] data, byte[][]? subpackets = null, int hash = 8, TestKey? named = null, bool withIssuer = true)
    {
        byte[] issuer = withIssuer ? Packets.Subpacket(33, [(byte)_version, .. (named ?? this).FingerprintBytes]) : [];
        byte[] given = [.. (subpackets ?? []).SelectMany(subpacket => subpacket)];
        byte[] unhashed = withIssuer && _version == 4
            ? Packets.Subpacket(16, (named ?? this).FingerprintBytes[12..])
            : [];
        byte[] time = Times(given) ? [] : Packets.Subpacket(2, Packets.UInt32(type is 0 or 1 ? SignedAt : CreatedAt));
        byte[] area = [.. issuer, .. time, .. given];
        byte[] head = [(byte)_version, (byte)type, _version == 6
            ? (byte)27
            : (byte)22, (byte)hash, .. Length(area.Length), .. area];
        byte[] salt = _version == 6 ? Salt : [];
        byte[] input = [.. salt, .. data, .. head, (byte)_version, 0xFF, .. Packets.UInt32((uint)head.Length)];
        var digest = Digest(hash, input);
        var value = new byte[64];
        Ed25519.Sign(_secret, 0, digest, 0, digest.Length, value, 0);
        byte[] values = _version == 6
            ? [16, .. salt, .. value]
            : [.. Packets.Integer(value[..32]), .. Packets.Integer(value[32..])];
        return [.. head, .. Length(unhashed.Length), .. unhashed, .. digest[..2], .. values];
    }

    private static byte[] Salt => Convert.FromHexString("000102030405060708090A0B0C0D0E0F");

    private byte[] Length(int length) => _version == 6 ? Packets.UInt32((uint)length) : Packets.UInt16(length);

    private static bool Times(byte[] subpackets) => subpackets.Length > 1 && subpackets[1] == 2;

#pragma warning disable CA5350, CA5351 // To prove that they are refused.
    private static byte[] Digest(int hash, byte[] input) => hash switch
    {
        1 => MD5.HashData(input),
        2 => SHA1.HashData(input),
        10 => SHA512.HashData(input),
        _ => SHA256.HashData(input),
    };
#pragma warning restore CA5350, CA5351
}
