using System.IO.Enumeration;
using System.Text.RegularExpressions;
using OrleansRegistry.Content;

namespace OrleansRegistry.Signing;

/// <summary>Which tags are signed. Those that hold what cosign attached to an image are not images, and never are.</summary>
public static partial class SignableTags
{
    public static bool IsCompanion(string tag) => Companion.IsMatch(tag);

    /// <summary>The tags that one of the patterns names: <c>*</c> stands for any text, <c>?</c> for one character.</summary>
    /// <param name="tags">Tags.</param>
    /// <param name="patterns">Patterns, or null for every tag.</param>
    public static IEnumerable<ContentUnit> Among(IEnumerable<ContentUnit> tags, IReadOnlyCollection<string>? patterns) =>
        tags.Where(tag => !IsCompanion(tag.Key)
            && (patterns is null || patterns.Any(pattern => Matches(pattern, tag.Key))));

    /// <summary>Whether the pattern names the tag.</summary>
    public static bool Matches(string pattern, string tag) =>
        FileSystemName.MatchesSimpleExpression(pattern, tag, ignoreCase: false);

    [GeneratedRegex(@"\Asha(256|512)-[0-9a-f]{64}(\.(sig|att|sbom))?\z")]
    private static partial Regex Companion { get; }
}
