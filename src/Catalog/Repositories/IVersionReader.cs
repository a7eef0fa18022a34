using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>What repository versions hold. A version never changes, so what is read of one may be kept for ever.</summary>
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

    /// <summary>The manifests of that version that describe another one, in the order they came.</summary>
    Task<IReadOnlyList<Referrer>> ReferrersAsync(
        Guid repository, int version, ReferrerQuery query, CancellationToken cancellationToken = default);
}

/// <summary>What the newest version holds, in sets: for planning the next one.</summary>
public interface IHeadReader
{
    /// <summary>The units with those keys; the ones that are not there are left out.</summary>
    Task<IReadOnlyList<ContentUnit>> FindAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken = default);

    /// <summary>Which of those blobs are pending in the repository.</summary>
    Task<IReadOnlyList<string>> FindPendingAsync(
        Guid repository, IReadOnlyCollection<string> blobs, CancellationToken cancellationToken = default);

    /// <summary>The tags and signatures that aim at those manifests.</summary>
    Task<IReadOnlyList<ContentUnit>> AimingAtAsync(
        Guid repository, IReadOnlyCollection<string> manifests, CancellationToken cancellationToken = default);

    /// <summary>The manifests of the repository that list those manifests, or have one of them as their subject.</summary>
    Task<IReadOnlyList<ManifestLink>> LinksToAsync(
        Guid repository, IReadOnlyCollection<string> manifests, CancellationToken cancellationToken = default);

    /// <summary>Which of those blobs a manifest of the repository names, other than the ones that leave.</summary>
    Task<IReadOnlyList<string>> StillUsedAsync(
        Guid repository,
        IReadOnlyCollection<string> blobs,
        IReadOnlyCollection<string> leaving,
        CancellationToken cancellationToken = default);
}
