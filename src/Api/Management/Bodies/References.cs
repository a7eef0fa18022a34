using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>Hrefs and PRNs into the existing resources they name.</summary>
internal sealed class References(IResourceIndex index)
{
    /// <summary>What a reference names; any other value as it is.</summary>
    /// <exception cref="InvalidValueException">It names nothing, or something of another kind.</exception>
    public async Task<object?> ResolveAsync(object? value, CancellationToken cancellationToken) =>
        value switch
        {
            UnresolvedReference reference => await ResolveAsync(reference, cancellationToken),
            List<UnresolvedReference> references => await ResolveAsync(references, cancellationToken),
            _ => value,
        };

    /// <summary>The resource of that name, whether it exists or not; null where the text is no name.</summary>
    public async Task<ResourceReference?> ParseAsync(string text, CancellationToken cancellationToken) =>
        Address.TryParse(text, out var resource) ? resource
        : Address.TryParseVersionPrn(text, out var version) ? await index.FindVersionAsync(version, cancellationToken)
        : null;

    private async Task<ResourceReference> ResolveAsync(
        UnresolvedReference reference, CancellationToken cancellationToken)
    {
        var resource = await ParseAsync(reference, "", cancellationToken);
        var missing = await index.FindMissingAsync([resource], cancellationToken);
        return missing.Count == 0
            ? resource
            : throw new InvalidValueException("Invalid hyperlink - Object does not exist.");
    }

    // Of many, the refusal says which.
    private async Task<List<ResourceReference>> ResolveAsync(
        List<UnresolvedReference> references, CancellationToken cancellationToken)
    {
        var resources = new List<ResourceReference>();
        foreach (var reference in references)
            resources.Add(await ParseAsync(reference, $" '{reference.Text}'", cancellationToken));
        var missing = await index.FindMissingAsync(resources, cancellationToken);
        return missing.Count == 0
            ? resources
            : throw new InvalidValueException(
                $"Invalid hyperlink - Object does not exist. '{references[resources.IndexOf(missing[0])].Text}'");
    }

    private async Task<ResourceReference> ParseAsync(
        UnresolvedReference reference, string which, CancellationToken cancellationToken)
    {
        var resource = await ParseAsync(reference.Text, cancellationToken)
            ?? throw new InvalidValueException($"Invalid hyperlink - No URL match.{which}");
        return reference.Kinds.Contains(resource.Kind)
            ? resource
            : throw new InvalidValueException($"Invalid hyperlink - Incorrect URL match.{which}");
    }
}
