using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>Trust policies, and which of them hold. Whatever changes that moves the epoch of the gate.</summary>
public interface ITrustPolicyStore
{
    /// <summary>Creates a policy. One that is the server's own takes the place of another.</summary>
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<Guid> CreateAsync(TrustPolicySettings settings, string by, CancellationToken cancellationToken = default);

    /// <summary>Changes those settings that differ before and after; whatever else changed meanwhile stays.</summary>
    /// <exception cref="ProblemException">There is none of that id; or the name is taken.</exception>
    Task UpdateAsync(
        Guid id,
        TrustPolicySettings before,
        TrustPolicySettings after,
        string by,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes a policy that nothing is held to. Repeating it does no harm.</summary>
    /// <exception cref="ProblemException">A namespace, a distribution or a repository has it.</exception>
    Task DeleteAsync(Guid id, string by, CancellationToken cancellationToken = default);

    /// <summary>
    /// The policy that a name is held to: that of its distribution, else of its namespace, else the server's own; or null.
    /// </summary>
    Task<TrustPolicyRecord?> FindInForceAsync(RepositoryName name, CancellationToken cancellationToken = default);

    /// <summary>The policy that the tags of a repository have to meet, or null: enforced, whatever its mode.</summary>
    Task<TrustPolicyRecord?> FindAcceptanceAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>The policy with that id, or null.</summary>
    Task<TrustPolicyRecord?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Whether there is any policy at all.</summary>
    Task<bool> AnyAsync(CancellationToken cancellationToken = default);
}
