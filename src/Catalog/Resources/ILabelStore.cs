namespace OrleansRegistry.Resources;

/// <summary>Labels: what people write on resources and content, to select by it.</summary>
public interface ILabelStore
{
    /// <summary>Writes one label, over what it said before.</summary>
    Task SetAsync(
        ResourceReference resource, string key, string? value, CancellationToken cancellationToken = default);

    /// <summary>Takes one label off. The answer is what it said, or null.</summary>
    Task<string?> UnsetAsync(ResourceReference resource, string key, CancellationToken cancellationToken = default);
}
