using System.Buffers.Binary;

namespace OrleansRegistry.Storage;

/// <summary>
/// Ids of content: on one node each is greater than those before it, so that what came in an order is listed in it. Source: RFC
/// 9562, 5.7 and 6.2, method 1.
/// </summary>
internal static class ContentIds
{
    private const int CounterBytes = 6;
    private const int CounterBits = 12;
    private const ushort Version7 = 7 << CounterBits;

    // Milliseconds, and how many came within the same one; what is more than that borrows from the next.
    private static long _last;

    public static Guid[] Next(int count)
    {
        long last, first;
        do
        {
            last = Volatile.Read(ref _last);
            first = Math.Max(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << CounterBits, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, first + count - 1, last) != last);
        return [.. Enumerable.Range(0, count).Select(place => At(first + place))];
    }

    private static Guid At(long place)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(place >> CounterBits))
            .TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt16BigEndian(
            bytes[CounterBytes..], (ushort)(Version7 | (place & ((1 << CounterBits) - 1))));
        return new(bytes, bigEndian: true);
    }
}
