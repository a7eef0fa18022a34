using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>By which names a version holds an image, and which images name a blob.</summary>
public interface IImageReader
{
    /// <summary>The tags that name a manifest there, in byte order.</summary>
    Task<IReadOnlyList<Tag>> TagsOfAsync(
        Guid repository, int version, Digest manifest, int limit, CancellationToken cancellationToken = default);

    /// <summary>The indexes there that list a manifest.</summary>
    Task<IReadOnlyList<Digest>> ParentsOfAsync(
        Guid repository, int version, Digest manifest, int limit, CancellationToken cancellationToken = default);

    /// <summary>The manifests there that name a blob, in byte order of their digests, after the last one.</summary>
    Task<IReadOnlyList<Digest>> UsersOfAsync(
        Guid repository, int version, Digest blob, string? last, int limit,
        CancellationToken cancellationToken = default);

    /// <summary>The newest version at a time; null where there was none.</summary>
    Task<int?> VersionAtAsync(Guid repository, DateTimeOffset at, CancellationToken cancellationToken = default);
}
