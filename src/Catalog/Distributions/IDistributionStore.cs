using OrleansRegistry.Oci;

namespace OrleansRegistry.Distributions;

/// <summary>What a base path serves: a repository's latest version, or one pinned version of it.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="PinnedVersion">The version, or null for the latest.</param>
/// <param name="IsPulledThrough">True where a pull made it, and its content may be asked for upstream.</param>
public sealed record Binding(Guid Repository, int? PinnedVersion, bool IsPulledThrough = false);

/// <summary>The binding of names to repositories.</summary>
public interface IDistributionStore
{
    /// <summary>What that base path serves, or null.</summary>
    Task<Binding?> FindAsync(RepositoryName basePath, CancellationToken cancellationToken = default);

    /// <summary>
    /// The binding of that base path. Where there is none, repository and distribution of that name are created
    /// together: what exists already is not adopted.
    /// </summary>
    /// <param name="basePath">The name.</param>
    /// <param name="isPrivate">Whether the distribution is private, if it is created.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProblemException">
    /// The distribution exists and serves nothing, or a repository or a distribution of that name belongs elsewhere.
    /// </exception>
    Task<Binding> GetOrCreateAsync(
        RepositoryName basePath, bool isPrivate = false, CancellationToken cancellationToken = default);

    /// <summary>Base paths of repositories with content, past or present, in byte order, after <paramref name="last"/>.</summary>
    Task<IReadOnlyList<string>> ListAsync(
        string? last, int limit, CatalogReader reader, CancellationToken cancellationToken = default);
}

/// <summary>Who reads a list of names: somebody who sees them all, or the public ones and those of one namespace.</summary>
public sealed record CatalogReader(bool SeesAll, string OwnNamespace);
