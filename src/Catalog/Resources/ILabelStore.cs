namespace OrleansRegistry.Resources;

/// <summary>Labels: what people write on resources and content, to select by it.</summary>
public interface ILabelStore
{
    /// <summary>Writes one label, over what it said before.</summary>
    Task SetAsync(
        ResourceReference resource, string key, string? value, CancellationToken cancellationToken = default);

    /// <summary>Takes one label off. The answer is whether it was there, and what it said.</summary>
    Task<(bool WasSet, string? Value)> UnsetAsync(ResourceReference resource, string key, CancellationToken cancellationToken = default);
}
