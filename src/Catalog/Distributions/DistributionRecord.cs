using OrleansRegistry.Resources;

namespace OrleansRegistry.Distributions;

/// <summary>What people set on a distribution.</summary>
/// <param name="Name">Unique on the server.</param>
/// <param name="BasePath">The name that clients pull by; unique.</param>
/// <param name="Repository">The repository that is served, or null.</param>
/// <param name="PinnedVersion">The version that is served for ever, or null for the latest.</param>
/// <param name="Private">Whether only people with a right to it may pull.</param>
/// <param name="Hidden">Kept for clients: it hides from a listing of files that Pulp has, and this server has not.</param>
/// <param name="Description">Free text, or null.</param>
/// <param name="Labels">Labels.</param>
public sealed record DistributionSettings(
    string Name,
    string BasePath,
    Guid? Repository,
    int? PinnedVersion,
    bool Private,
    bool Hidden,
    string? Description,
    Labels Labels)
{
    /// <summary>The trust policy that pulls by this name are held to; null for that of the namespace, or the server's own.</summary>
    public Guid? TrustPolicy { get; init; }
}

/// <summary>One distribution as the management REST shows it.</summary>
public sealed record DistributionRecord(
    Guid Id, DistributionSettings Settings, Guid? Namespace, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Where its content comes from, where a pull made it; else null.</summary>
    public Guid? Remote { get; init; }
}

/// <summary>Distributions as things with settings.</summary>
public interface IDistributionSettingsStore
{
    /// <summary>Creates a distribution, and the namespace of its base path where there is none.</summary>
    /// <remarks>Repeating it with the same id does no harm.</remarks>
    /// <exception cref="ProblemException">Name or base path is taken.</exception>
    Task CreateAsync(Guid id, DistributionSettings settings, CancellationToken cancellationToken = default);

    /// <summary>Changes those settings that differ before and after; whatever else changed meanwhile stays.</summary>
    /// <returns>The base path that it had, or null where there is no such distribution.</returns>
    /// <exception cref="ProblemException">Name or base path is taken.</exception>
    Task<string?> UpdateAsync(
        Guid id, DistributionSettings before, DistributionSettings after, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a distribution, and the repository whose only distribution it was. A repository served by a pinned
    /// version stays.
    /// </summary>
    /// <returns>What is gone, or null where there is no such distribution.</returns>
    Task<DeletedDistribution?> DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}

/// <summary>A deleted distribution's base path, and the repository that went along, if one did.</summary>
public sealed record DeletedDistribution(string BasePath, Guid? Repository);
