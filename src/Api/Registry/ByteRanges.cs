using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace OrleansRegistry.Registry;

/// <summary>A part of a file. <c>Last</c> belongs to it.</summary>
internal readonly record struct ByteRange(long First, long Last)
{
    public long Length => Last - First + 1;
}

/// <summary>What a <c>Range</c> header asks for. Source: RFC 9110, 14.1 and 14.2.</summary>
internal static class ByteRanges
{
    /// <summary>
    /// The most parts in one answer: clients that pull a layer in parts ask for up to so many. The header of a request
    /// has not much more room.
    /// </summary>
    public const int MostParts = 1024;

    private const string Unit = "bytes=";

    /// <summary>
    /// The parts asked for, in the order asked for. None where nothing asked for is there (416); null where everything is
    /// to be sent: the header is absent, in another unit, no valid one, or asks for too many parts, or for some twice.
    /// </summary>
    /// <param name="header">The header.</param>
    /// <param name="size">The length of the file in bytes. Of an empty one, everything is what was asked for.</param>
    public static IReadOnlyList<ByteRange>? Read(StringValues header, long size)
    {
        if (size == 0 || header is not [{ } text] || !text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return null;
        var ranges = new List<ByteRange>();
        var asked = 0;
        foreach (var part in text.AsSpan(Unit.Length).Split(','))
        {
            var spec = text.AsSpan(Unit.Length)[part].Trim(" \t");
            if (spec.IsEmpty)
                continue;
            if (++asked > MostParts || !TryRead(spec, size, out var range))
                return null;
            if (range is { } there)
                ranges.Add(there);
        }

        return asked == 0 || Overlap(ranges) ? null : ranges;
    }

    // False for what is no range; null for one that begins behind the end.
    private static bool TryRead(ReadOnlySpan<char> spec, long size, out ByteRange? range)
    {
        range = null;
        var dash = spec.IndexOf('-');
        if (dash < 0)
            return false;
        var before = spec[..dash];
        var behind = spec[(dash + 1)..];
        if (before.IsEmpty)
        {
            if (!TryNumber(behind, out var suffix))
                return false;
            if (suffix > 0)
                range = new(Math.Max(0, size - suffix), size - 1);
            return true;
        }

        var last = long.MaxValue;
        if (!TryNumber(before, out var first) || (!behind.IsEmpty && !TryNumber(behind, out last)) || last < first)
            return false;
        if (first < size)
            range = new(first, Math.Min(last, size - 1));
        return true;
    }

    // However long: what is greater than any file is as good as the greatest number.
    private static bool TryNumber(ReadOnlySpan<char> digits, out long number)
    {
        number = long.MaxValue;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            number = read;
        return true;
    }

    private static bool Overlap(List<ByteRange> ranges)
    {
        var sorted = ranges.OrderBy(range => range.First).ToList();
        return sorted.Zip(sorted.Skip(1)).Any(pair => pair.Second.First <= pair.First.Last);
    }
}
