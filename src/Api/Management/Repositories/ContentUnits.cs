using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>Lists of content in requests: hrefs and PRNs of any kind, or <c>["*"]</c> for everything.</summary>
internal sealed class ContentUnits(References references, IResourceIndex index)
{
    public const string Everything = "*";

    private const int MaxNamed = 100;

    /// <summary>The ids of content that all exists.</summary>
    /// <exception cref="RefusedException">Some is no content, or does not exist.</exception>
    public async Task<Guid[]> ReadAsync(
        string field, IReadOnlyList<string> units, CancellationToken cancellationToken)
    {
        var found = new List<ResourceReference>();
        foreach (var unit in units.Distinct())
            found.Add(await references.ParseAsync(unit, cancellationToken) is { } resource && IsContent(resource.Kind)
                ? resource
                : throw RefusedException.Field(field, $"URI not valid: {unit}"));
        var missing = await index.FindMissingAsync(found, cancellationToken);
        var names = string.Join(", ", missing.Take(MaxNamed).Select(unit => $"'{Address.Href(unit)}'"));
        return missing.Count == 0
            ? [.. found.Select(resource => resource.Id)]
            : throw new RefusedException(PulpError.Bare($"Could not find the following content units: [{names}]"));
    }

    /// <summary>The same; null where everything is meant.</summary>
    public async Task<Guid[]?> ReadOrAllAsync(
        string field, IReadOnlyList<string> units, CancellationToken cancellationToken)
    {
        if (!units.Contains(Everything))
            return await ReadAsync(field, units, cancellationToken);
        return units.Count == 1
            ? null
            : throw RefusedException.Field(field, "Cannot supply content units and '*'.");
    }

    private static bool IsContent(ResourceKind kind) =>
        kind is ResourceKind.Blob or ResourceKind.Manifest or ResourceKind.Tag or ResourceKind.Signature;
}
