using OrleansRegistry.Distributions;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Namespaces;

/// <summary>The first component of base paths, as the management REST shows it.</summary>
public sealed record NamespaceRecord(Guid Id, string Name, Labels Labels, DateTimeOffset CreatedAt);

/// <summary>Namespaces.</summary>
public interface INamespaceStore
{
    /// <summary>Creates a namespace. The answer is its id.</summary>
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<Guid> CreateAsync(string name, Labels labels, CancellationToken cancellationToken = default);

    /// <summary>The distributions below a namespace.</summary>
    Task<IReadOnlyList<DistributionDeletion>> DistributionsOfAsync(
        Guid id, CancellationToken cancellationToken = default);

    /// <summary>Deletes a namespace that has no distribution. False where it has one, or is gone.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}
