using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Org.BouncyCastle.Utilities.Bzip2;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Writes OpenPGP packets by hand, right and wrong ones.</summary>
internal static class Packets
{
    public static byte[] New(int tag, byte[] body) => [(byte)(0xC0 | tag), 0xFF, .. UInt32((uint)body.Length), .. body];

    public static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Integer(byte[] value)
    {
        var bare = value.AsSpan().TrimStart((byte)0);
        var bits = bare.IsEmpty ? 0 : (8 * bare.Length) - byte.LeadingZeroCount(bare[0]);
        return [.. UInt16(bits), .. bare];
    }

    public static byte[] Subpacket(int type, byte[] data) => [(byte)(data.Length + 1), (byte)type, .. data];

    public static byte[] Literal(byte[] data) => New(11, [(byte)'b', 0, 0, 0, 0, 0, .. data]);

    public static byte[] Deflated(byte[] packets, int algorithm = 1)
    {
        var target = new MemoryStream();
        using (Stream deflate = algorithm switch
        {
            1 => new DeflateStream(target, CompressionLevel.Optimal, true),
            2 => new ZLibStream(target, CompressionLevel.Optimal, true),
            _ => new CBZip2OutputStreamLeaveOpen(target),
        })
            deflate.Write(packets);
        return [0xA3, (byte)algorithm, .. target.ToArray()];
    }

    public static byte[] Payload(string optional = "{}") => Encoding.UTF8.GetBytes(
        """{"critical":{"identity":{"docker-reference":"registry.example.invalid/team/app:1.0"},""" +
        $$"""
        "image":{"docker-manifest-digest":"{{Fixtures.Manifest}}"},"type":"atomic container signature"},
        """ +
        $$"""
        "optional":{{optional}}}
        """);
}
