using System.Buffers.Binary;

namespace OrleansRegistry.Storage;

/// <summary>
/// Ids of content that is stored at once: they rise in the order of the list, so that what came together is listed as it came.
/// Source: RFC 9562, 5.7 and 6.2, method 1.
/// </summary>
internal static class ContentIds
{
    private const int CounterBytes = 6;
    private const int PerMillisecond = 1 << 12;
    private const ushort Version7 = 7 << 12;

    public static Guid[] Next(int count)
    {
        var now = DateTimeOffset.UtcNow;
        return [.. Enumerable.Range(0, count).Select(place => At(now.AddMilliseconds(place / PerMillisecond), place % PerMillisecond))];
    }

    private static Guid At(DateTimeOffset time, int place)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(time).TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[CounterBytes..], (ushort)(Version7 | place));
        return new(bytes, bigEndian: true);
    }
}
