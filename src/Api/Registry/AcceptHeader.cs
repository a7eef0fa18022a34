using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace OrleansRegistry.Registry;

/// <summary>What a client says it can read. Source: RFC 9110, 12.5.1; read leniently.</summary>
internal static class AcceptHeader
{
    /// <summary>
    /// True where the header allows that type: no header, one that cannot be read, or one that names the type or a
    /// wildcard, save with a quality of zero.
    /// </summary>
    public static bool Allows(StringValues header, string mediaType)
    {
        if (StringValues.IsNullOrEmpty(header)
            || !MediaTypeHeaderValue.TryParseList(header, out var ranges)
            || ranges.Count == 0)
            return true;

        // Plain JSON says nothing about manifests; the tools that send it want whatever there is.
        var named = ranges.Where(range => range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)).ToList();
        var fitting = named.Count > 0
            ? named
            : ranges.Where(range => range.MatchesAllTypes
                || (range.MatchesAllSubTypes && range.Type.Equals("application", StringComparison.OrdinalIgnoreCase))
                || range.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));
        return fitting.Any(range => range.Quality is not 0);
    }
}
