using System.Text.RegularExpressions;

namespace OrleansRegistry.Sync;

/// <summary>Where a list goes on: <c>Link: &lt;…&gt;; rel="next"</c>. Source: OCI distribution-spec; RFC 8288.</summary>
internal static partial class NextLink
{
    public static Uri? Find(UpstreamAnswer answer, RemoteAddress address) =>
        answer.Response.Headers.TryGetValues("Link", out var values)
        && Next.Match(string.Join(",", values)) is { Success: true } match
            ? address.Follow(answer.Url, match.Groups["target"].Value)
            : null;

    [GeneratedRegex("""<(?<target>[^<>]*)>[^<]*;\s*rel\s*=\s*"?next\b""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Next { get; }
}
