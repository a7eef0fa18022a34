using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>Hrefs and PRNs into the existing resources they name.</summary>
internal sealed class References(IResourceIndex index)
{
    /// <summary>What a reference names; any other value as it is.</summary>
    /// <exception cref="InvalidValueException">It names nothing, or something of another kind.</exception>
    public async Task<object?> ResolveAsync(object? value, CancellationToken cancellationToken) =>
        value is UnresolvedReference reference ? await ResolveAsync(reference, cancellationToken) : value;

    /// <summary>The resource of that name, whether it exists or not; null where the text is no name.</summary>
    public async Task<ResourceReference?> ParseAsync(string text, CancellationToken cancellationToken) =>
        Address.TryParse(text, out var resource) ? resource
        : Address.TryParseVersionPrn(text, out var version) ? await index.FindVersionAsync(version, cancellationToken)
        : null;

    private async Task<ResourceReference> ResolveAsync(
        UnresolvedReference reference, CancellationToken cancellationToken)
    {
        var resource = await ParseAsync(reference.Text, cancellationToken)
            ?? throw new InvalidValueException("Invalid hyperlink - No URL match.");
        if (!reference.Kinds.Contains(resource.Kind))
            throw new InvalidValueException("Invalid hyperlink - Incorrect URL match.");
        var missing = await index.FindMissingAsync([resource], cancellationToken);
        return missing.Count == 0
            ? resource
            : throw new InvalidValueException("Invalid hyperlink - Object does not exist.");
    }
}
