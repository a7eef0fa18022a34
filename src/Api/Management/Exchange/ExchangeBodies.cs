using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Management;

/// <summary>What requests of exports and imports have in common.</summary>
internal static partial class ExchangeBodies
{
    /// <summary>For the addresses of ten thousand repositories.</summary>
    public const int MostBytes = 1024 * 1024;

    private const long Kibi = 1L << 10;
    private const long Tebi = 1L << 40;

    /// <summary>A number of bytes with a unit, in powers of 1024; its value is the number.</summary>
    public static BodyField Size(string name) =>
        BodyFields.Text(name, 64) with { Read = node => ReadSize((string)BodyFields.Text(name, 64).Read(node)!) };

    private static long ReadSize(string text)
    {
        if (Sizes.Match(text) is not { Success: true } match)
            throw new InvalidValueException(
                $"'{text}' is no size: write a number and B, KB, MB, GB or TB, such as 10MB.");
        var unit = match.Groups["unit"].Value.ToUpperInvariant() switch
        {
            "B" => 1L,
            "KB" => Kibi,
            "MB" => Kibi * Kibi,
            "GB" => Kibi * Kibi * Kibi,
            _ => Tebi,
        };
        var number = match.Groups["number"].ValueSpan;
        var size = decimal.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * unit;
        return size is >= Kibi and <= Tebi
            ? (long)size
            : throw new InvalidValueException("The size of a chunk lies between 1KB and 1TB.");
    }

    [GeneratedRegex(
        @"\A(?<number>[0-9]{1,13}(\.[0-9]{1,6})?)\s*(?<unit>[KMGT]?B)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Sizes { get; }
}
