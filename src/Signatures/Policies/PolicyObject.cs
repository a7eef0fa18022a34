using System.Text.Json;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>An object of policy.json whose members are asked for one by one, until none may be left.</summary>
internal sealed class PolicyObject
{
    private readonly Dictionary<string, JsonElement> _left;
    private readonly PolicyPlace _place;

    public PolicyObject(JsonElement element, PolicyPlace place)
    {
        _left = Members(element, place).ToDictionary(member => member.Name, member => member.Value);
        _place = place;
    }

    public static IEnumerable<JsonProperty> Members(JsonElement element, PolicyPlace place) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw place.Fault("an object is wanted here");

    /// <summary>Where a member is, be it there or not.</summary>
    public PolicyPlace At(string name) => _place.Member(name);

    public JsonElement? Optional(string name) => _left.Remove(name, out var value) ? value : null;

    public JsonElement Required(string name) =>
        Optional(name) ?? throw _place.Fault($"the member '{name}' is missing");

    public string Text(string name) => At(name).Text(Required(name));

    public bool HasOthers => _left.Count > 0;

    public void RequireNoOthers()
    {
        if (HasOthers)
            throw At(_left.Keys.First()).Fault("this member is unknown here");
    }

    /// <exception cref="MalformedException">Not exactly one of the members is there.</exception>
    public (string Name, JsonElement Value) OneOf(params ReadOnlySpan<string> names) =>
        AtMostOneOf(names) ?? throw _place.Fault($"exactly one is wanted of {string.Join(", ", names)}");

    /// <exception cref="MalformedException">More than one of the members is there.</exception>
    public (string Name, JsonElement Value)? AtMostOneOf(params ReadOnlySpan<string> names)
    {
        (string, JsonElement)? found = null;
        foreach (var name in names)
            if (Optional(name) is { } value)
                found = found is null
                    ? (name, value)
                    : throw _place.Fault($"only one may be given of {string.Join(", ", names)}");
        return found;
    }
}

/// <summary>A place in policy.json, as people write it: <c>transports.docker["example.com"][0].type</c>.</summary>
internal readonly record struct PolicyPlace(string Path)
{
    public static PolicyPlace Root { get; } = new("");

    public PolicyPlace Member(string name) => new(
        name.Length > 0 && name.All(char.IsAsciiLetter)
            ? Path.Length == 0 ? name : $"{Path}.{name}"
            : $"{Path}[\"{Shown(name)}\"]");

    public PolicyPlace Entry(int number) => new($"{Path}[{number}]");

    public string Text(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString()!
        : throw Fault("a text is wanted here");

    /// <summary>A text that is not empty.</summary>
    public string Filled(JsonElement element) => Text(element) is { Length: > 0 } text ? text : throw Fault("this is empty");

    /// <summary>An entry of a list: clients take null for an empty one.</summary>
    public string TextOrNull(JsonElement element) => element.ValueKind == JsonValueKind.Null ? "" : Text(element);

    /// <inheritdoc cref="TextOrNull"/>
    public byte[] Base64OrNull(JsonElement element) => element.ValueKind == JsonValueKind.Null ? [] : Base64(element);

    public byte[] Base64(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw Fault("this is not base64");

    /// <summary>The entries of a list, each with its place.</summary>
    public IEnumerable<(JsonElement Element, PolicyPlace Place)> Entries(JsonElement list)
    {
        var place = this;
        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((element, number) => (element, place.Entry(number)))
            : throw Fault("a list is wanted here");
    }

    /// <summary>The same of a list of keys, which is not empty.</summary>
    public List<(JsonElement Element, PolicyPlace Place)> FilledList(JsonElement list) =>
        Entries(list).ToList() is { Count: > 0 } entries ? entries : throw Fault("a list of keys is not empty");

    /// <param name="what">The end of a sentence, without its full stop.</param>
    public MalformedException Fault(string what) => new($"At {(Path.Length == 0 ? "the top" : Path)}: {what}.");

    private static string Shown(string name) =>
        string.Concat(name.Take(256).Select(c => char.IsControl(c) || c == '"' ? '?' : c));
}
