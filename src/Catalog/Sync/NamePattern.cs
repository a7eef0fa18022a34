using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Sync;

/// <summary>
/// A shell wildcard over a whole name: <c>*</c> any text, <c>?</c> one character, <c>[a-z]</c> one of a set, <c>[!a-z]</c>
/// one of none; letter case counts. Source: Pulp's REST: remotes, <c>includes</c>.
/// </summary>
public sealed class NamePattern
{
    private readonly Regex _expression;

    private NamePattern(Regex expression) => _expression = expression;

    /// <summary>False, with one sentence that says why, for a pattern that can match nothing.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out NamePattern? pattern, [NotNullWhen(false)] out string? refusal)
    {
        (pattern, refusal) = (null, null);
        var expression = new StringBuilder(@"\A");
        for (var at = 0; at < text.Length; at++)
            switch (text[at])
            {
                case '*':
                    expression.Append(".*");
                    break;
                case '?':
                    expression.Append('.');
                    break;
                case '[':
                    // A bracket that comes first belongs to the set.
                    var isNegated = at + 1 < text.Length && text[at + 1] is '!';
                    var first = at + (isNegated ? 2 : 1);
                    var end = first + 1 < text.Length ? text.IndexOf(']', first + 1) : -1;
                    if (end < 0)
                    {
                        refusal = $"The pattern '{text}' has a [ that no ] ends.";
                        return false;
                    }

                    expression.Append(isNegated ? "[^" : "[");
                    foreach (var character in text[first..end])
                        expression.Append(character is '-' ? "-" : Literal(character));
                    expression.Append(']');
                    at = end;
                    break;
                default:
                    expression.Append(Regex.Escape(text[at].ToString()));
                    break;
            }

        try
        {
            pattern = new(new(
                expression.Append(@"\z").ToString(),
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline));
            return true;
        }
        catch (ArgumentException)
        {
            refusal = $"The pattern '{text}' has a set whose ends are the wrong way round.";
            return false;
        }
    }

    public bool Matches(string name) => _expression.IsMatch(name);

    private static string Literal(char character) => $"\\u{(int)character:x4}";
}
