using System.Text.RegularExpressions;

namespace OrleansRegistry.Sync;

/// <summary>The parameters of a challenge: <c>realm="…",service="…"</c>. Source: RFC 9110, "Authentication Parameters".</summary>
internal static partial class ChallengeParameters
{
    public static IReadOnlyDictionary<string, string> Read(string? text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameter.Matches(text ?? ""))
            parameters.TryAdd(
                match.Groups["name"].Value,
                match.Groups["quoted"] is { Success: true } quoted ? Escaped.Replace(quoted.Value, "$1") : match.Groups["plain"].Value);
        return parameters;
    }

    [GeneratedRegex("""(?<name>[A-Za-z0-9_-]+)\s*=\s*("(?<quoted>([^"\\]|\\.)*)"|(?<plain>[^\s",]+))""", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter { get; }

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escaped { get; }
}
