using System.Text.Json;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>An object of policy.json whose members are asked for one by one, until none may be left.</summary>
internal sealed class PolicyObject
{
    private readonly Dictionary<string, JsonElement> _left;
    private readonly string _what;

    public PolicyObject(JsonElement element, string what)
    {
        _left = Members(element, what).ToDictionary(member => member.Name, member => member.Value);
        _what = what;
    }

    public static IEnumerable<JsonProperty> Members(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject()
            : throw new MalformedException($"In the policy, {what} is not an object.");

    public JsonElement? Optional(string name) => _left.Remove(name, out var value) ? value : null;

    public JsonElement Required(string name) =>
        Optional(name) ?? throw new MalformedException($"In the policy, {_what} has no {name}.");

    public string Text(string name) =>
        Required(name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new MalformedException($"In the policy, the {name} of {_what} is not a text.");

    public bool HasOthers => _left.Count > 0;

    public void RequireNoOthers()
    {
        if (HasOthers)
            throw new MalformedException($"In the policy, {_what} has the unknown member '{_left.Keys.First()}'.");
    }
}
