using System.IO.Enumeration;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>Which tags are meant: <c>*</c> stands for any text, <c>?</c> for one character; most are whole names.</summary>
/// <remarks>Names are looked up, not compared with every tag: there may be many thousands of both.</remarks>
public sealed class TagPatterns
{
    /// <summary>The most patterns with wildcards: each is compared with every tag.</summary>
    public const int MostWildcards = 100;

    private readonly HashSet<string> _names;
    private readonly List<string> _wildcards;

    public TagPatterns(IEnumerable<string> patterns)
    {
        var all = patterns.ToHashSet();
        _wildcards = [.. all.Where(pattern => pattern.AsSpan().ContainsAny('*', '?'))];
        all.ExceptWith(_wildcards);
        _names = all;
    }

    public bool HasTooManyWildcards => _wildcards.Count > MostWildcards;

    public bool Match(Tag tag) => _names.Contains(tag.ToString()) || _wildcards.Exists(pattern => Matches(pattern, tag));

    /// <summary>The patterns that mean none of those tags.</summary>
    public IEnumerable<string> Without(IReadOnlySet<Tag> tags) =>
        _names.Where(name => !(Tag.TryParse(name, out var tag) && tags.Contains(tag)))
            .Concat(_wildcards.Where(pattern => !tags.Any(tag => Matches(pattern, tag))));

    private static bool Matches(string pattern, Tag tag) =>
        FileSystemName.MatchesSimpleExpression(pattern, tag.ToString(), ignoreCase: false);
}
