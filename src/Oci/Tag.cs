using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Oci;

/// <summary>A movable name for a manifest: 1 to 128 characters, the first a letter, a digit or an underscore.</summary>
/// <remarks>Source: OCI distribution-spec, "Pulling manifests".</remarks>
public readonly partial record struct Tag
{
    private readonly string? _text;

    private Tag(string text) => _text = text;

    /// <summary>Parses the text form. False for anything else, null included.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Tag tag)
    {
        var valid = text is not null && Grammar.IsMatch(text);
        tag = valid ? new(text!) : default;
        return valid;
    }

    /// <summary>Parses text that is known to be a tag, such as a stored one.</summary>
    /// <exception cref="FormatException">The text is no tag.</exception>
    public static Tag Parse(string text) =>
        TryParse(text, out var tag) ? tag : throw new FormatException($"'{text}' is not a tag.");

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Grammar { get; }
}
