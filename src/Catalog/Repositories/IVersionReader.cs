using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Repositories;

/// <summary>What repository versions hold. A version never changes, so what is read of one may be kept for ever.</summary>
/// <remarks>The version asked for must have been committed: of a number still to come, nothing is true yet.</remarks>
public interface IVersionReader
{
    /// <summary>The unit with that key in that version, or null.</summary>
    Task<ContentUnit?> FindAsync(
        Guid repository, int version, ContentKey key, CancellationToken cancellationToken = default);

    /// <summary>The units of one kind in that version, in byte order of their keys, after <paramref name="last"/>.</summary>
    Task<IReadOnlyList<ContentUnit>> ListAsync(
        Guid repository,
        int version,
        ContentKind kind,
        string? last,
        int limit,
        CancellationToken cancellationToken = default);

    /// <summary>The tags alike, without those that lead to what is withheld.</summary>
    Task<IReadOnlyList<ContentUnit>> ListTagsAsync(
        Guid repository,
        int version,
        string? last,
        int limit,
        Withheld withheld,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// The manifests of that version that describe another one and are not withheld, in the order they came.
    /// </summary>
    Task<IReadOnlyList<Referrer>> ReferrersAsync(
        Guid repository,
        int version,
        ReferrerQuery query,
        Withheld withheld,
        CancellationToken cancellationToken = default);
}
