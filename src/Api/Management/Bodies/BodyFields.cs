using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The kinds of fields that requests have, with the messages that Pulp's clients know.</summary>
internal static partial class BodyFields
{
    private const int MaxText = 64 * 1024;

    // As exact as numbers of JSON are.
    private const double MaxBytes = 1L << 53;

    // Both are indexed, and an entry of an index has little room.
    private const int MaxName = 255;
    private const int MaxLabelValue = 512;

    /// <summary>Text; blanks around it go, unless it is a secret.</summary>
    public static BodyField Text(
        string name, int maxLength = MaxText, bool keepBlanks = false, bool mayBeBlank = false) =>
        new(name, () => Schema.Text, node => ReadText(node, maxLength, keepBlanks, mayBeBlank));

    /// <summary>The name of a resource.</summary>
    public static BodyField Name(string name) => Text(name, MaxName);

    public static BodyField Integer(string name, int minimum = int.MinValue) => new(
        name,
        () => minimum == int.MinValue ? Schema.Integer : Schema.Integer.AtLeast(minimum),
        node => ReadNumber(node) is var number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? AtLeast((int)number, minimum)
            : throw new InvalidValueException("A valid integer is required."));

    /// <summary>A time in minutes. No two moments of the calendar are further apart than the most.</summary>
    public static BodyField Minutes(string name) => new(
        name,
        () => Schema.Integer.AtLeast(0),
        node => AtLeast(ReadNumber(node), 0) is var minutes and <= uint.MaxValue && minutes == Math.Floor(minutes)
            ? (long)minutes
            : throw new InvalidValueException("A valid integer is required."));

    /// <summary>A number of bytes.</summary>
    public static BodyField Bytes(string name) => new(
        name,
        () => Schema.Integer.AtLeast(0),
        node => AtLeast(ReadNumber(node), 0) is var bytes and <= MaxBytes && bytes == Math.Floor(bytes)
            ? (long)bytes
            : throw new InvalidValueException("A valid integer is required."));

    /// <summary>Bytes that follow by themselves, in a form.</summary>
    public static BodyField File(string name) =>
        new(name, () => Schema.File, _ => throw new InvalidValueException("The file is sent as a part of a form."));

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

    /// <summary>Hrefs or PRNs of resources of one of those kinds; its value is a list of what they name.</summary>
    public static BodyField Resources(string name, params ResourceKind[] kinds) => new(
        name,
        () => Schema.ListOf(Schema.Text),
        node => ReadList(node).Select(
            item => new UnresolvedReference(ReadText(item, MaxText, keepBlanks: false), kinds)).ToList());

    /// <summary>Names, each with another one.</summary>
    public static BodyField Names(string name) => new(
        name,
        () => new() { ["type"] = "object", ["additionalProperties"] = Schema.Text },
        ReadNames);

    /// <summary>The full name of an image, as clients write it.</summary>
    public static BodyField Image(string name) => new(name, () => Schema.Text, node =>
        ReadText(node, MaxText, keepBlanks: false) is var text
        && ImageReference.TryParse(text, out var reference) && !reference.IsNameOnly
            ? text
            : throw new InvalidValueException(
                "Enter the full name of an image: host, path, and tag or digest, such as registry.example.com/team/app:1.0."));

    public static BodyField Tag(string name) => new(name, () => Schema.Text, node =>
        Oci.Tag.TryParse(ReadText(node, MaxText, keepBlanks: false), out var tag)
            ? tag
            : throw new InvalidValueException(
                "This value does not match the pattern [A-Za-z0-9_][A-Za-z0-9._-]{0,127}."));

    public static BodyField Digest(string name) => new(name, () => Schema.Text, node =>
        Oci.Digest.TryParse(ReadText(node, MaxText, keepBlanks: false), out var digest)
            ? digest
            : throw new InvalidValueException(
                "A digest is 'sha256:' and 64, or 'sha512:' and 128, lower-case hexadecimal digits."));

    /// <summary>When something is done again and again; its value is the text.</summary>
    public static BodyField Recurrence(string name) => new(name, () => Schema.Text, node =>
        ReadText(node, MaxName, keepBlanks: false) is var text
        && Schedules.Recurrence.TryParse(text, out _, out var refusal)
            ? text
            : throw new InvalidValueException(refusal!));

    public static BodyField Labels(string name) => new(name, () => Schema.LabelMap, ReadLabels);

    /// <summary>A JSON object, given as such or as a text that is one; its value is the text.</summary>
    public static BodyField Document(string name, int maxLength = MaxText) =>
        new(name, () => Schema.Object, node => node switch
        {
            JsonObject document when document.ToJsonString() is var text => text.Length <= maxLength
                ? text
                : throw new InvalidValueException($"Ensure this field has no more than {maxLength} characters."),
            JsonValue when ReadText(node, maxLength, keepBlanks: false) is var text && IsObject(text) => text,
            _ => throw new InvalidValueException("Enter a JSON object."),
        });

    /// <summary>A list of objects with one entry each, as extra request headers are given.</summary>
    public static BodyField Headers(string name) => new(
        name,
        () => Schema.ListOf(Schema.Object),
        node => ReadList(node).Select(ReadHeader).ToList());

    public static string LabelKey(string key)
    {
        if (key.Length > MaxName)
            throw new InvalidValueException($"Ensure that keys have no more than {MaxName} characters.");
        return LabelKeys.IsMatch(key)
            ? key
            : throw new InvalidValueException($"Key '{key}' contains non-alphanumerics.");
    }

    /// <summary>What a label says. Unlike other texts, it may say nothing at all.</summary>
    public static string LabelValue(JsonNode node)
    {
        var value = ReadText(node, MaxLabelValue, keepBlanks: true, blank: true);
        return value.AsSpan().ContainsAny('(', ')')
            ? throw new InvalidValueException("Label values must not contain parentheses.")
            : value;
    }

    private static bool IsObject(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Labels ReadLabels(JsonNode node)
    {
        if (node is not JsonObject map)
            throw new InvalidValueException("Expected a dictionary of items but got another type.");
        var labels = new Labels();
        foreach (var (key, value) in map)
            labels[LabelKey(key)] = value is null ? null : LabelValue(value);
        return labels;
    }

    private static Dictionary<string, string> ReadNames(JsonNode node)
    {
        if (node is not JsonObject map)
            throw new InvalidValueException("Expected a dictionary of items but got another type.");
        var names = new Dictionary<string, string>();
        foreach (var (key, value) in map)
        {
            var name = ReadText(JsonValue.Create(key), MaxName, keepBlanks: false);
            var other = value ?? throw new InvalidValueException($"'{name}' has no name beside it.");
            if (!names.TryAdd(name, ReadText(other, MaxName, keepBlanks: false)))
                throw new InvalidValueException($"'{name}' is there twice.");
        }

        return names;
    }

    private static KeyValuePair<string, string> ReadHeader(JsonNode node)
    {
        if (node is not JsonObject { Count: 1 } header
            || header.First() is not { Key: var key, Value: JsonValue value })
            throw new InvalidValueException("Each header is an object with one entry.");
        return HeaderNames.IsMatch(key) && ReadText(value, MaxText, keepBlanks: false, blank: true) is var text
            && !text.Any(char.IsControl)
                ? KeyValuePair.Create(key, text)
                : throw new InvalidValueException("A header has a name of letters, digits and dashes, and one line.");
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

    // RFC 9110, 5.6.2: a token.
    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~\-]+\z")]
    private static partial Regex HeaderNames { get; }
}

/// <summary>An href or PRN as the client wrote it.</summary>
internal sealed record UnresolvedReference(string Text, IReadOnlyList<ResourceKind> Kinds);
