namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>Splits bytes into packets: old and new headers, all length forms. Source: RFC 9580, 4.2.</summary>
/// <remarks>
/// Bodies are slices of the input; only partial chunks are copied, into at most the size of the input.
/// </remarks>
internal ref struct PacketReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>
    /// The RFC's minimum for the first chunk of a packet in parts. GnuPG tolerates less, Sequoia does not.
    /// </summary>
    public const int MinFirstChunkBytes = 512;

    private Octets _octets = new(bytes, "packet");

    public readonly bool AtEnd => _octets.AtEnd;

    /// <summary>Reads the next packet. False at the end of the input.</summary>
    /// <exception cref="MalformedException">The header is none, or the body is not all there.</exception>
    public bool TryRead(out Packet packet)
    {
        packet = default;
        if (_octets.AtEnd)
            return false;
        var first = _octets.TakeByte();
        if ((first & 0x80) == 0)
            throw new MalformedException("The bytes are not binary OpenPGP: a packet header has bit 7 set.");
        packet = (first & 0x40) == 0 ? ReadOld(first) : ReadNew((PacketTag)(first & 0x3F));
        return true;
    }

    private Packet ReadOld(byte first)
    {
        var tag = (PacketTag)((first >> 2) & 0x0F);
        var body = (first & 3) switch
        {
            0 => _octets.Take(_octets.TakeByte()),
            1 => _octets.Take(_octets.TakeUInt16()),
            2 => _octets.Take(_octets.TakeUInt32()),
            _ => IsData(tag) ? _octets.TakeRest() : throw OnlyForData(tag),
        };
        return new(tag, body);
    }

    private Packet ReadNew(PacketTag tag)
    {
        var length = ReadLength(out var partial);
        return new(tag, partial ? ReadChunks(tag, length) : _octets.Take(length));
    }

    private ReadOnlySpan<byte> ReadChunks(PacketTag tag, uint length)
    {
        if (!IsData(tag))
            throw OnlyForData(tag);
        if (length < MinFirstChunkBytes)
            throw new MalformedException(
                $"The first part of a packet in parts has {length} bytes; 512 are the minimum.");
        var joined = new byte[_octets.Remaining];
        var count = 0;
        for (var more = true; ; length = ReadLength(out more))
        {
            _octets.Take(length).CopyTo(joined.AsSpan(count));
            count += (int)length;
            if (!more)
                return joined.AsSpan(0, count);
        }
    }

    private uint ReadLength(out bool partial)
    {
        var first = _octets.TakeByte();
        partial = first is >= 224 and < 255;
        return first switch
        {
            < 192 => first,
            < 224 => ((first - 192u) << 8) + _octets.TakeByte() + 192,
            < 255 => 1u << (first & 0x1F),
            _ => _octets.TakeUInt32(),
        };
    }

    private static bool IsData(PacketTag tag) => tag is PacketTag.CompressedData or PacketTag.LiteralData;

    private static MalformedException OnlyForData(PacketTag tag) =>
        new($"A packet with tag {(int)tag} must give its length: only data packets may leave it open.");
}
