using System.Text.Json.Nodes;

namespace OrleansRegistry.Management;

/// <summary>One field of a request: its schema, and how its JSON becomes a value.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its schema, where it is not null.</param>
/// <param name="Read">Its value; throws <see cref="InvalidValueException"/>.</param>
internal sealed record BodyField(string Name, Func<JsonObject> Type, Func<JsonNode, object?> Read)
{
    public bool IsRequired { get; init; }

    public bool TakesNull { get; init; }

    public BodyField Required => this with { IsRequired = true };

    public BodyField OrNull => this with { TakesNull = true };

    public JsonObject Schema => TakesNull ? Type().OrNull() : Type();
}

/// <summary>A value that the field does not take. The message is for the client.</summary>
internal sealed class InvalidValueException(string message) : Exception(message);
