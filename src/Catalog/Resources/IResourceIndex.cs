namespace OrleansRegistry.Resources;

/// <summary>Which resources exist.</summary>
public interface IResourceIndex
{
    /// <summary>Those of the given resources that do not exist.</summary>
    Task<IReadOnlyList<ResourceReference>> FindMissingAsync(
        IReadOnlyCollection<ResourceReference> resources, CancellationToken cancellationToken = default);

    /// <summary>The repository version with that id of its own, or null.</summary>
    Task<ResourceReference?> FindVersionAsync(Guid versionId, CancellationToken cancellationToken = default);
}
