using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Registry;

/// <summary>Where a chunk of an upload belongs: <c>first-last</c>, both inclusive, in bytes.</summary>
/// <remarks>Source: OCI distribution-spec, "Pushing a blob in chunks". The HTTP form <c>bytes first-last/total</c> is read too.</remarks>
internal readonly partial record struct ChunkRange(long First, long Last)
{
    public long Length => Last - First + 1;

    /// <summary>Null where the header is absent.</summary>
    /// <exception cref="ProblemException">The header is there, and is no range, or not the range of this body.</exception>
    public static ChunkRange? Parse(string? header, long? contentLength)
    {
        if (string.IsNullOrEmpty(header))
            return null;
        var match = Grammar.Match(header);
        if (!match.Success
            || !long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !long.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || last < first)
            throw new ProblemException(
                ProblemKind.RangeInvalid, "Content-Range is the chunk's first and last byte: 'first-last'.", header);

        var range = new ChunkRange(first, last);
        if (contentLength is { } length && length != range.Length)
            throw new ProblemException(
                ProblemKind.UploadInvalid,
                $"Content-Range speaks of {range.Length} bytes, Content-Length of {length}.",
                header);
        return range;
    }

    [GeneratedRegex(@"\A(?:bytes[ =])?([0-9]{1,19})-([0-9]{1,19})(?:/(?:[0-9]+|\*))?\z")]
    private static partial Regex Grammar { get; }
}
