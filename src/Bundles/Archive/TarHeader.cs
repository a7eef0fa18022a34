using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OrleansRegistry.Bundles;

/// <summary>
/// What stands before a file in the archive. There is one spelling for each path and size: whatever differs from it was
/// written by something else, and is refused. Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
/// </summary>
/// <remarks>
/// Own code, and not the framework's, for that: its reader believes what headers say (lengths, links, devices, sparse files),
/// and this one knows files alone, and every byte of their headers beforehand.
/// </remarks>
internal static class TarHeader
{
    public const int Block = 512;

    // Room for the longest path and a size; what claims more is none of ours.
    private const int MostExtended = 1024;
    private const int MostName = 100;
    private const long MostOctal = 0x1_FFFF_FFFF; // eleven octal digits

    /// <summary>The bytes before a file: one block, or three and more where a path or a size is long.</summary>
    public static byte[] Write(string path, long size)
    {
        var records = (path.Length > MostName ? Record("path", path) : "")
            + (size > MostOctal ? Record("size", size.ToString(CultureInfo.InvariantCulture)) : "");
        if (records.Length == 0)
            return Ustar(path, size, '0');
        var extended = Encoding.ASCII.GetBytes(records);
        return
        [
            .. Ustar("pax-header", extended.Length, 'x'),
            .. extended, .. new byte[Padding(extended.Length)],
            .. Ustar(path.Length > MostName ? path[..MostName] : path, size > MostOctal ? 0 : size, '0'),
        ];
    }

    /// <summary>How many zeros follow so many bytes.</summary>
    public static int Padding(long size) => (int)(-size & (Block - 1));

    /// <summary>Reads what stands before the next file; null at the end of the archive.</summary>
    /// <exception cref="BundleException">It is not as <see cref="Write"/> writes it.</exception>
    public static async ValueTask<(string Path, long Size)?> ReadAsync(Stream archive, CancellationToken cancellationToken)
    {
        var read = new ArrayBufferWriter<byte>(Block);
        await TakeAsync(Block);
        if (read.WrittenSpan.IndexOfAnyExcept((byte)0) < 0)
            return await EndAsync(archive, cancellationToken);
        if (!TryReadUstar(read.WrittenSpan, out var type, out var path, out var size))
            throw Strange(path);
        if (type == 'x')
        {
            if (size > MostExtended)
                throw Strange(path);
            await TakeAsync((int)size + Padding(size));
            var records = Encoding.Latin1.GetString(read.WrittenSpan.Slice(Block, (int)size));
            await TakeAsync(Block);
            if (!TryReadUstar(read.WrittenSpan[^Block..], out _, out path, out size)
                || !TryReadRecords(records, ref path, ref size))
                throw Strange(path);
        }

        if (!read.WrittenSpan.SequenceEqual(Write(path, size)))
            throw Strange(path);
        return (path, size);

        async ValueTask TakeAsync(int count)
        {
            await archive.ReadExactlyAsync(read.GetMemory(count)[..count], cancellationToken);
            read.Advance(count);
        }
    }

    private static async ValueTask<(string, long)?> EndAsync(Stream archive, CancellationToken cancellationToken)
    {
        var end = new byte[Block + 1];
        var read = await archive.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false, cancellationToken);
        return read == Block && end.AsSpan(0, Block).IndexOfAnyExcept((byte)0) < 0
            ? null
            : throw new BundleException("The archive does not end where it says that it ends: something was cut off or appended.");
    }

    private static byte[] Ustar(string name, long size, char type)
    {
        var header = new byte[Block];
        Put(0, name);
        Put(100, "0000644\0" + "0000000\0" + "0000000\0");
        Put(124, Octal(size, 11) + "\0");
        Put(136, "00000000000\0" + "        ");
        header[156] = (byte)type;
        Put(257, "ustar\0" + "00");
        Put(329, "0000000\0" + "0000000\0");
        var sum = 0;
        foreach (var one in header)
            sum += one;
        Put(148, Octal(sum, 6) + "\0 ");
        return header;

        void Put(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
    }

    private static bool TryReadUstar(ReadOnlySpan<byte> header, out char type, out string path, out long size)
    {
        type = (char)header[156];
        path = Text(header[..MostName]);
        return TryParseOctal(header.Slice(124, 11), out size);
    }

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.Latin1.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);

    private static bool TryParseOctal(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    // "25 path=…\n", the length counted in. What is spelled otherwise differs when it is compared.
    private static bool TryReadRecords(string records, ref string path, ref long size)
    {
        foreach (var record in records.Split('\n')[..^1])
        {
            var (space, sign) = (record.IndexOf(' '), record.IndexOf('='));
            if (space < 0 || sign < space)
                return false;
            var value = record[(sign + 1)..];
            if (record[(space + 1)..sign] == "path")
                path = value;
            else if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out size))
                return false;
        }

        return true;
    }

    private static string Record(string key, string value)
    {
        var rest = $" {key}={value}\n";
        var length = rest.Length + 1;
        while (length != rest.Length + Digits(length))
            length = rest.Length + Digits(length);
        return string.Create(CultureInfo.InvariantCulture, $"{length}{rest}");

        static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    [SuppressMessage("Globalization", "CA1305", Justification = "Octal digits are the same everywhere.")]
    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static BundleException Strange(string path) => new(
        $"The header of '{Shown(path)}' is not as this registry writes it: the archive was altered, or made by something else.");

    private static string Shown(string path) =>
        new([.. path.Take(MostName).Select(one => char.IsAsciiLetterOrDigit(one) || "/._-@=".Contains(one) ? one : '?')]);
}
