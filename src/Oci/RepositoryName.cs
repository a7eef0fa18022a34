using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Oci;

/// <summary>A repository's name as clients write it: 1 to 255 characters, components joined by slashes.</summary>
/// <remarks>Source: OCI distribution-spec, "Pulling manifests". Matching takes time linear in the length.</remarks>
public readonly record struct RepositoryName
{
    /// <summary>The longest name that is accepted, in characters.</summary>
    public const int MaxLength = 255;

    private static readonly Regex Grammar = new(
        @"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private readonly string? _text;

    private RepositoryName(string text) => _text = text;

    /// <summary>Parses the text form. False for anything else, null included.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RepositoryName name)
    {
        var valid = text is { Length: > 0 and <= MaxLength } && Grammar.IsMatch(text);
        name = valid ? new(text!) : default;
        return valid;
    }

    /// <summary>Parses text that is known to be a name, such as a stored one.</summary>
    /// <exception cref="FormatException">The text is no name.</exception>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a repository name.");

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
