using System.Buffers;
using System.IO.Compression;
using Org.BouncyCastle.Utilities.Bzip2;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>What a compressed data packet (tag 8) inflates to. Source: RFC 9580, 5.6.</summary>
internal static class CompressedPacket
{
    // What begins a bzip2 stream before its level: how many times 100,000 bytes one of its blocks may hold.
    private static ReadOnlySpan<byte> Bzip2Magic => "BZh"u8;

    /// <summary>Inflates ZIP (raw deflate), zlib and bzip2; hands back stored data as it is.</summary>
    /// <exception cref="MalformedException">
    /// The stream is damaged, cut short, followed by more, or over the limit.
    /// </exception>
    public static ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> body)
    {
        var octets = new Octets(body, "compressed packet");
        var algorithm = octets.TakeByte();
        var data = octets.TakeRest();
        return algorithm switch
        {
            0 => data,
            1 => Inflate(data, source => new DeflateStream(source, CompressionMode.Decompress)),
            2 => Inflate(data, source => new ZLibStream(source, CompressionMode.Decompress)),
            3 => InflateBzip2(data),
            _ => throw new MalformedException($"The message is compressed by the unknown algorithm {algorithm}."),
        };
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data, Func<Stream, Stream> open)
    {
        using var source = new LastByteApart(data.ToArray());
        try
        {
            using var inflater = open(source);
            var inflated = ReadBounded(inflater);
            if (source.AskedBeyondEnd)
                throw EndsEarly();
            return source.AllRead ? inflated : throw BytesFollow();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new MalformedException("The compressed data is damaged.");
        }
    }

    /// <remarks>
    /// Its decoder reserves five times what the level allows a block to hold, 4.5 MB at most. No block of a message
    /// within the limit holds more than a block of the lowest level can: of runs it stores at most five bytes for four.
    /// So the level is read as the lowest, whatever it says; no checksum covers it.
    /// </remarks>
    private static byte[] InflateBzip2(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith(Bzip2Magic) || data.Length < 4 || data[3] is < (byte)'1' or > (byte)'9')
            throw new MalformedException("The compressed data is not bzip2.");
        var lowest = data.ToArray();
        lowest[3] = (byte)'1';
        using var source = new MemoryStream(lowest);
        try
        {
            using var inflater = new CBZip2InputStreamLeaveOpen(source);
            var inflated = ReadBounded(inflater);
            return source.Position == source.Length ? inflated : throw BytesFollow();
        }
        catch (EndOfStreamException)
        {
            throw EndsEarly();
        }
        catch (Exception exception) when (exception
            is IOException or InvalidOperationException or IndexOutOfRangeException or ArgumentException)
        {
            throw new MalformedException(
                $"The compressed data is damaged, or inflates to over {SignatureLimits.MaxInflatedBytes} bytes.");
        }
    }

    private static byte[] ReadBounded(Stream inflater)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SignatureLimits.MaxInflatedBytes);
        try
        {
            var count = inflater.ReadAtLeast(
                buffer.AsSpan(0, SignatureLimits.MaxInflatedBytes), SignatureLimits.MaxInflatedBytes, false);
            return inflater.ReadByte() < 0
                ? buffer.AsSpan(0, count).ToArray()
                : throw new MalformedException(
                    $"The message inflates to over {SignatureLimits.MaxInflatedBytes} bytes.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static MalformedException EndsEarly() => new("The compressed data ends early.");

    private static MalformedException BytesFollow() => new("Bytes follow the end of the compressed data.");
}
