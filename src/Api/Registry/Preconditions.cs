using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansRegistry.Registry;

/// <summary>
/// What a request for stored bytes depends on. They are named by their digest, which is their entity tag too; they have
/// no time of a change. Source: RFC 9110, 13.1 and 13.2.
/// </summary>
internal static class Preconditions
{
    /// <summary>
    /// The status that ends the request: 412 where <c>If-Match</c> names other bytes, 304 where <c>If-None-Match</c> names
    /// these. Null where they are to be sent.
    /// </summary>
    public static int? Evaluate(HttpRequest request, EntityTagHeaderValue tag)
    {
        var headers = request.Headers;
        if (headers.IfMatch.Count > 0 && EntityTagHeaderValue.TryParseList(headers.IfMatch, out var wanted)
            && !Names(wanted, tag, strong: true))
            return StatusCodes.Status412PreconditionFailed;
        return EntityTagHeaderValue.TryParseList(headers.IfNoneMatch, out var known) && Names(known, tag, strong: false)
            ? StatusCodes.Status304NotModified
            : null;
    }

    /// <summary>
    /// Whether a <c>Range</c> counts: there is no <c>If-Range</c>, or it names these bytes. A date there names none.
    /// </summary>
    public static bool RangeCounts(HttpRequest request, EntityTagHeaderValue tag) =>
        request.Headers.IfRange.Count == 0
        || (EntityTagHeaderValue.TryParse(request.Headers.IfRange.ToString(), out var known)
            && known.Compare(tag, useStrongComparison: true));

    private static bool Names(IList<EntityTagHeaderValue> tags, EntityTagHeaderValue tag, bool strong) =>
        tags.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, strong));
}
