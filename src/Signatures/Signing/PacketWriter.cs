using System.Buffers.Binary;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>Writes the parts of OpenPGP packets, the way GnuPG does. Source: RFC 9580, 3.2, 4.2 and 5.2.3.</summary>
internal static class PacketWriter
{
    /// <summary>A packet with a header of the old format: GnuPG writes all but literal data so.</summary>
    public static byte[] Old(PacketTag tag, ReadOnlySpan<byte> body)
    {
        var first = 0x80 | ((int)tag << 2);
        return body.Length switch
        {
            < 256 => [(byte)first, (byte)body.Length, .. body],
            < 65536 => [(byte)(first | 1), .. UInt16(body.Length), .. body],
            _ => [(byte)(first | 2), .. UInt32((uint)body.Length), .. body],
        };
    }

    /// <summary>A packet with a header of the new format.</summary>
    public static byte[] New(PacketTag tag, ReadOnlySpan<byte> body)
    {
        var first = (byte)(0xC0 | (int)tag);
        return body.Length switch
        {
            < 192 => [first, (byte)body.Length, .. body],
            < 8384 => [first, (byte)(((body.Length - 192) >> 8) + 192), (byte)(body.Length - 192), .. body],
            _ => [first, 0xFF, .. UInt32((uint)body.Length), .. body],
        };
    }

    /// <summary>A subpacket of at most 190 bytes of data.</summary>
    public static byte[] Subpacket(byte type, ReadOnlySpan<byte> data) => [(byte)(data.Length + 1), type, .. data];

    /// <summary>A multiprecision integer: its length in bits, then its bytes without leading zeros.</summary>
    public static byte[] Integer(ReadOnlySpan<byte> value)
    {
        var bare = value.TrimStart((byte)0);
        var bits = bare.IsEmpty ? 0 : (8 * bare.Length) - byte.LeadingZeroCount(bare[0]);
        return [.. UInt16(bits), .. bare];
    }

    public static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}
