using OrleansRegistry.Distributions;

namespace OrleansRegistry.Namespaces;

/// <summary>The task that holds what is below a namespace to a trust policy, or to none of its own.</summary>
public sealed record NamespaceUpdate(Guid Id, Guid? TrustPolicy)
{
    public const string Kind = "namespace.update";
}

/// <summary>The task that deletes a namespace, its distributions, and the repositories that nothing else serves.</summary>
/// <param name="Id">The namespace.</param>
/// <param name="Distributions">Those below it when it was to be deleted; what came since goes too.</param>
public sealed record NamespaceDeletion(Guid Id, DistributionDeletion[] Distributions)
{
    public const string Kind = "namespace.delete";
}
