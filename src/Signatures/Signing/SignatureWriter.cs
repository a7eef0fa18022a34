using System.Security.Cryptography;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>
/// Writes version 4 signature packets: their subpackets in the order that GnuPG has. Source: RFC 9580, 5.2.3.
/// </summary>
internal sealed class SignatureWriter(PrivateKey key, byte[] fingerprint)
{
    private const byte Created = 2;
    private const byte IssuerKeyId = 16;
    private const byte IssuerFingerprint = 33;

    private readonly byte[] _issuer = PacketWriter.Subpacket(IssuerFingerprint, [4, .. fingerprint]);
    private readonly byte[] _unhashed = PacketWriter.Subpacket(IssuerKeyId, fingerprint.AsSpan(12));

    public PrivateKey Key => key;

    /// <summary>The body of a signature over <paramref name="data"/>.</summary>
    /// <param name="type">Its type, such as 0x00 for binary data.</param>
    /// <param name="data">What is hashed before the packet's own part.</param>
    /// <param name="time">When it is made.</param>
    /// <param name="more">Further hashed subpackets.</param>
    public byte[] Write(byte type, ReadOnlySpan<byte> data, DateTimeOffset time, params ReadOnlySpan<byte> more)
    {
        byte[] hashed =
        [
            .. _issuer,
            .. PacketWriter.Subpacket(Created, PacketWriter.UInt32((uint)time.ToUnixTimeSeconds())),
            .. more,
        ];
        byte[] head =
        [
            4, type, (byte)key.Algorithm, (byte)key.Hash, .. PacketWriter.UInt16(hashed.Length), .. hashed,
        ];
        byte[] input = [.. data, .. head, 4, 0xFF, .. PacketWriter.UInt32((uint)head.Length)];
        var digest = CryptographicOperations.HashData(key.HashName, input);
        byte[] body = [.. head, .. PacketWriter.UInt16(_unhashed.Length), .. _unhashed, .. digest.AsSpan(0, 2)];
        foreach (var value in key.Sign(digest))
            body = [.. body, .. PacketWriter.Integer(value)];
        return body;
    }
}
