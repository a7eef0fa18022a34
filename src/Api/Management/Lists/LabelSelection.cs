using System.Text;
using System.Text.RegularExpressions;
using OrleansRegistry.Lists;

namespace OrleansRegistry.Management;

/// <summary>
/// Reads <c>pulp_label_select</c>: terms separated by commas, all of which must hold: <c>key=value</c>,
/// <c>key!=value</c>, <c>key~value</c>, <c>key</c>, <c>!key</c>. A comma in a value is written <c>\,</c>.
/// </summary>
internal static partial class LabelSelection
{
    public static IReadOnlyList<object?> Parse(string text) => [.. Terms(text).Select(object? (term) => Term(term))];

    private static LabelTerm Term(string text)
    {
        var match = Grammar.Match(text);
        if (!match.Success)
            throw new InvalidValueException($"Invalid pulp_label_select term '{text}'.");
        var (key, sign, value) = (match.Groups["key"].Value, match.Groups["sign"].Value, match.Groups["value"].Value);
        var absent = match.Groups["absent"].Length > 0;
        return (absent, sign) switch
        {
            (false, "") => new(key, LabelTest.Present),
            (true, "") => new(key, LabelTest.Absent),
            (false, "=") => new(key, LabelTest.Equal, value),
            (false, "!=") => new(key, LabelTest.Different, value),
            (false, "~") => new(key, LabelTest.Contains, value),
            _ => throw new InvalidValueException($"Invalid pulp_label_select term '{text}'."),
        };
    }

    private static IEnumerable<string> Terms(string text)
    {
        var term = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == ',')
                term.Append(text[++i]);
            else if (text[i] == ',')
            {
                yield return term.ToString();
                term.Clear();
            }
            else
                term.Append(text[i]);
        yield return term.ToString();
    }

    [GeneratedRegex(@"\A(?<absent>!)?(?<key>[A-Za-z0-9_\-. ]+)((?<sign>!=|=|~)(?<value>[^()]*))?\z")]
    private static partial Regex Grammar { get; }
}
