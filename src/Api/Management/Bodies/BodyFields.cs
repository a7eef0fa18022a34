using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The kinds of fields that requests have, with the messages that Pulp's clients know.</summary>
internal static partial class BodyFields
{
    private const int MaxText = 64 * 1024;

    /// <summary>Text that is not blank. Blanks around it go, unless it is a secret.</summary>
    public static BodyField Text(string name, int maxLength = MaxText, bool keepBlanks = false) =>
        new(name, () => Schema.Text, node => ReadText(node, maxLength, keepBlanks));

    public static BodyField Integer(string name, int minimum = int.MinValue) => new(
        name,
        () => minimum == int.MinValue ? Schema.Integer : Schema.Integer.AtLeast(minimum),
        node => ReadNumber(node) is var number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? AtLeast((int)number, minimum)
            : throw new InvalidValueException("A valid integer is required."));

    public static BodyField Number(string name, int minimum) => new(
        name, () => Schema.Number.AtLeast(minimum), node => AtLeast(ReadNumber(node), minimum));

    public static BodyField Flag(string name) => new(name, () => Schema.Flag, node => node.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new InvalidValueException("Must be a valid boolean."),
    });

    public static BodyField Choice(string name, params string[] choices) => new(
        name, () => Schema.Choice(choices), node => ReadText(node, MaxText, false) is var text && choices.Contains(text)
            ? text
            : throw new InvalidValueException($"\"{text}\" is not a valid choice."));

    public static BodyField Time(string name) => new(name, () => Schema.Time, node =>
        DateTimeOffset.TryParse(
            ReadText(node, 64, false), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new InvalidValueException(
                "Datetime has wrong format. Use one of these formats instead: "
                + "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."));

    public static BodyField Texts(string name, int maxLength = MaxText, params string[] choices) => new(
        name,
        () => Schema.ListOf(choices.Length == 0 ? Schema.Text : Schema.Choice(choices)),
        node => ReadList(node).Select(item => ReadText(item, maxLength, false)).Select(text =>
            choices.Length == 0 || choices.Contains(text)
                ? text
                : throw new InvalidValueException($"\"{text}\" is not a valid choice.")).ToList());

    /// <summary>The href or PRN of a resource of one of those kinds. Empty text means null.</summary>
    public static BodyField Resource(string name, params ResourceKind[] kinds) => new(
        name, () => Schema.Text, node => node.GetValueKind() is JsonValueKind.String && node.GetValue<string>() == ""
            ? null
            : new UnresolvedReference(ReadText(node, MaxText, false), kinds));

    public static BodyField Labels(string name) => new(name, () => Schema.LabelMap, ReadLabels);

    /// <summary>A list of objects with one entry each, as extra request headers are given.</summary>
    public static BodyField Headers(string name) => new(
        name,
        () => Schema.ListOf(Schema.Object),
        node => ReadList(node).Select(item => item is JsonObject { Count: 1 } header
            && header.First() is { Key: var key, Value: { } value } && value.GetValueKind() is JsonValueKind.String
                ? KeyValuePair.Create(key, value.GetValue<string>())
                : throw new InvalidValueException("Each header is an object with one entry.")).ToList());

    public static string LabelKey(string key) =>
        LabelKeys.IsMatch(key) ? key : throw new InvalidValueException($"Key '{key}' contains non-alphanumerics.");

    public static string? LabelValue(string? value) => value?.AsSpan().ContainsAny('(', ')') == true
        ? throw new InvalidValueException("Label values must not contain parentheses.")
        : value;

    private static Labels ReadLabels(JsonNode node)
    {
        if (node is not JsonObject map)
            throw new InvalidValueException("Expected a dictionary of items but got another type.");
        var labels = new Labels();
        foreach (var (key, value) in map)
            labels[LabelKey(key)] = value is null ? null : LabelValue(ReadText(value, MaxText, true, blank: true));
        return labels;
    }

    private static string ReadText(JsonNode node, int maxLength, bool keepBlanks, bool blank = false)
    {
        var text = node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number => node.ToString(),
            _ => throw new InvalidValueException("Not a valid string."),
        };
        if (!keepBlanks)
            text = text.Trim();
        if (text.Length == 0 && !blank)
            throw new InvalidValueException("This field may not be blank.");
        if (text.Contains('\0'))
            throw new InvalidValueException("Null characters are not allowed.");
        return text.Length <= maxLength
            ? text
            : throw new InvalidValueException($"Ensure this field has no more than {maxLength} characters.");
    }

    private static double ReadNumber(JsonNode node) =>
        double.TryParse(
            node.GetValueKind() is JsonValueKind.Number or JsonValueKind.String ? node.ToString() : "",
            NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new InvalidValueException("A valid number is required.");

    private static T AtLeast<T>(T value, int minimum)
        where T : System.Numerics.INumber<T> =>
        value >= T.CreateChecked(minimum)
            ? value
            : throw new InvalidValueException($"Ensure this value is greater than or equal to {minimum}.");

    private static IEnumerable<JsonNode> ReadList(JsonNode node) => node is JsonArray list
        ? list.Select(item => item ?? throw new InvalidValueException("This field may not be null."))
        : throw new InvalidValueException("Expected a list of items but got another type.");

    [GeneratedRegex(@"\A[A-Za-z0-9_\-. ]+\z")]
    private static partial Regex LabelKeys { get; }
}

/// <summary>An href or PRN as the client wrote it.</summary>
internal sealed record UnresolvedReference(string Text, IReadOnlyList<ResourceKind> Kinds);
