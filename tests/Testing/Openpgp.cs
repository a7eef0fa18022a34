using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansRegistry.Testing;

/// <summary>
/// Signatures as a registry has to take them, made without a key: well-formed messages of a payload that names the
/// manifest. No two are alike, and none verifies; whom to trust is the client's business.
/// </summary>
public static class Openpgp
{
    private const byte OnePassTag = 0xC4, LiteralTag = 0xCB, SignatureTag = 0xC2;
    private const byte Ed25519 = 22, Sha256 = 8;

    /// <summary>A signature of the manifest with that SHA-256 digest.</summary>
    /// <param name="digest">The digest that its payload names.</param>
    /// <param name="padding">How many bytes it has more than it needs.</param>
    /// <param name="key">The fingerprint of the key that it names, or null for one of its own.</param>
    /// <param name="byIdAlone">Whether it names the key by its id, and not by its fingerprint.</param>
    public static byte[] Sign(string digest, int padding = 0, byte[]? key = null, bool byIdAlone = false)
    {
        key ??= RandomNumberGenerator.GetBytes(20);
        byte[] onePass = [3, 0, Sha256, Ed25519, .. key[12..], 1];
        byte[] literal = [(byte)'b', 0, 0, 0, 0, 0, .. Payload(digest, padding)];
        byte[] named = byIdAlone ? [] : Subpacket(33, [4, .. key]);
        byte[] hashed = [.. named, .. Subpacket(2, [0x65, 0xE1, 0xC8, 0xC0])];
        byte[] unhashed = Subpacket(16, key[12..]);
        byte[] signature =
        [
            4, 0, Ed25519, Sha256, 0, (byte)hashed.Length, .. hashed, 0, (byte)unhashed.Length, .. unhashed,
            .. RandomNumberGenerator.GetBytes(2), .. Integer(), .. Integer(),
        ];
        return [.. Packet(OnePassTag, onePass), .. Packet(LiteralTag, literal), .. Packet(SignatureTag, signature)];
    }

    /// <summary>The same signature in other bytes, as anybody can write it without the key.</summary>
    /// <param name="signature">One that <see cref="Sign"/> made.</param>
    /// <param name="number">Other bytes for every number.</param>
    public static byte[] Replay(byte[] signature, int number)
    {
        const int literal = 6 + 13; // what the one-pass packet takes
        // The length of the literal's file name, and its time, stand behind the header of five bytes and the format.
        byte[] name = [(byte)('a' + (number % 26))];
        var body = signature.AsSpan(literal + 6).ToArray();
        var length = BinaryPrimitives.ReadInt32BigEndian(signature.AsSpan(literal + 2));
        byte[] renamed =
        [
            body[0], (byte)name.Length, .. name, .. BitConverter.GetBytes(number), .. body[6..length],
        ];
        return [.. signature[..literal], .. Packet(LiteralTag, renamed), .. body[length..]];
    }

    private static byte[] Payload(string digest, int padding) => Encoding.UTF8.GetBytes(
        $$$"""
        {"critical":{"identity":{"docker-reference":"registry.example.com/team/app:1.0"},
        "image":{"docker-manifest-digest":"{{{digest}}}"},"type":"atomic container signature"},
        "optional":{"creator":"a test","note":"{{{new string('x', padding)}}}"}}
        """);

    private static byte[] Packet(byte tag, byte[] body) =>
        [tag, 0xFF, (byte)(body.Length >> 24), (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static byte[] Subpacket(byte type, byte[] data) => [(byte)(data.Length + 1), type, .. data];

    // 256 bits, the first of them set.
    private static byte[] Integer()
    {
        var value = RandomNumberGenerator.GetBytes(32);
        value[0] |= 0x80;
        return [1, 0, .. value];
    }
}
