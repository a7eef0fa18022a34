using System.Buffers.Binary;

namespace OrleansRegistry.Content;

/// <summary>
/// When content was first seen here: its id says so, to the millisecond. No client has a say in it. Source: RFC 9562, 5.7.
/// </summary>
public static class FirstSeen
{
    private const int TimeBytes = 6;

    public static DateTimeOffset Of(Guid content)
    {
        Span<byte> bytes = stackalloc byte[16];
        content.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >> 16);
    }

    /// <summary>What the ids of all content are not less than that was first seen then or later.</summary>
    public static Guid First(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var milliseconds = Math.Max(0, time.ToUnixTimeMilliseconds());
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(whole, milliseconds);
        whole[^TimeBytes..].CopyTo(bytes);
        return new(bytes, bigEndian: true);
    }
}
