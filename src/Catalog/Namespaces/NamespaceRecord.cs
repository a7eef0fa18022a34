using OrleansRegistry.Distributions;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Namespaces;

/// <summary>The first component of base paths, as the management REST shows it.</summary>
public sealed record NamespaceRecord(Guid Id, string Name, Labels Labels, DateTimeOffset CreatedAt)
{
    /// <summary>The trust policy that holds where a distribution below it has none; null for the server's own.</summary>
    public Guid? TrustPolicy { get; init; }
}

/// <summary>Namespaces.</summary>
public interface INamespaceStore
{
    /// <summary>Creates a namespace. The answer is its id.</summary>
    /// <exception cref="ProblemException">The name is taken.</exception>
    /// <remarks>Also thrown where the trust policy is gone.</remarks>
    Task<Guid> CreateAsync(
        string name, Labels labels, Guid? trustPolicy, CancellationToken cancellationToken = default);

    /// <summary>Holds what is below a namespace to a trust policy, or to none of its own.</summary>
    /// <exception cref="ProblemException">The namespace or the policy is gone.</exception>
    Task TrustAsync(Guid id, Guid? trustPolicy, CancellationToken cancellationToken = default);

    /// <summary>The distributions below a namespace.</summary>
    Task<IReadOnlyList<DistributionDeletion>> DistributionsOfAsync(
        Guid id, CancellationToken cancellationToken = default);

    /// <summary>Deletes a namespace that has no distribution. False where it has one, or is gone.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}
