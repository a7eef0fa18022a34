using System.Buffers;
using System.IO.Compression;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>What a compressed data packet (tag 8) inflates to. Source: RFC 9580, 5.6.</summary>
internal static class CompressedPacket
{
    /// <summary>Inflates ZIP (raw deflate) and zlib; hands back stored data as it is.</summary>
    /// <remarks>
    /// bzip2 is refused: its decoder reserves up to 4 MB for any input, and no signing tool writes it by itself.
    /// </remarks>
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
            3 => throw new MalformedException(
                "The message is compressed by bzip2; only ZIP, zlib or no compression is read."),
            _ => throw new MalformedException($"The message is compressed by the unknown algorithm {algorithm}."),
        };
    }

    private static byte[] Inflate(ReadOnlySpan<byte> data, Func<Stream, Stream> open)
    {
        using var source = new LastByteApart(data.ToArray());
        var buffer = ArrayPool<byte>.Shared.Rent(SignatureLimits.MaxInflatedBytes);
        try
        {
            using var inflater = open(source);
            var count = inflater.ReadAtLeast(
                buffer.AsSpan(0, SignatureLimits.MaxInflatedBytes), SignatureLimits.MaxInflatedBytes, false);
            if (inflater.ReadByte() >= 0)
                throw new MalformedException($"The message inflates to over {SignatureLimits.MaxInflatedBytes} bytes.");
            if (source.AskedBeyondEnd)
                throw new MalformedException("The compressed data ends early.");
            if (!source.AllRead)
                throw new MalformedException("Bytes follow the end of the compressed data.");
            return buffer.AsSpan(0, count).ToArray();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            throw new MalformedException("The compressed data is damaged.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
