using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>Which names everybody may pull from. Always read from the catalogue.</summary>
public interface IPublicNames
{
    /// <summary>True where a distribution serves the base path, and is not private.</summary>
    Task<bool> ContainsAsync(RepositoryName basePath, CancellationToken cancellationToken = default);
}
