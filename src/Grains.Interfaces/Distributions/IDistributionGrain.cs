using Orleans.Concurrency;

namespace OrleansRegistry.Distributions;

/// <summary>One base path: the only writer of what it serves. Key: the base path.</summary>
[Alias("distribution")]
public interface IDistributionGrain : IGrainWithStringKey
{
    /// <summary>What the base path serves, or null.</summary>
    [AlwaysInterleave]
    [Alias("find")]
    Task<Binding?> FindAsync();

    /// <summary>What the base path serves; a first push creates repository and distribution of that name.</summary>
    /// <exception cref="ProblemException">The distribution serves nothing that can be pushed to.</exception>
    [Alias("get-or-create")]
    Task<Binding> GetOrCreateAsync();

    /// <summary>Looks again what is committed: the distribution was changed, created or deleted.</summary>
    [Alias("refresh")]
    Task RefreshAsync();
}
