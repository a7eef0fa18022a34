using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>What the newest version holds, in sets: for planning the next one.</summary>
public interface IHeadReader
{
    /// <summary>The units with those keys; the ones that are not there are left out.</summary>
    Task<IReadOnlyList<ContentUnit>> FindAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken = default);

    /// <summary>What planning changes looks up, at one moment.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="keys">Units that may be there.</param>
    /// <param name="measured">Blobs and manifests whose sizes are wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<HeadLook> LookAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, IReadOnlyCollection<ContentKey> measured,
        CancellationToken cancellationToken = default);

    /// <summary>Whether the repository may hold indexes of which not all images are here.</summary>
    Task<bool> AllowsSparseIndexesAsync(Guid repository, CancellationToken cancellationToken = default);

    /// <summary>Which of those keys no unit has. All are of one kind.</summary>
    Task<IReadOnlyList<ContentKey>> MissingAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken = default);

    /// <summary>The tags and signatures that aim at those manifests.</summary>
    Task<IReadOnlyList<ContentUnit>> AimingAtAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>The signatures that those manifests carry; manifests without any are left out.</summary>
    Task<IReadOnlyList<(Digest Manifest, SignatureWeight Weight)>> WeighAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>What the signatures that those manifests carry state, in the order they came.</summary>
    Task<IReadOnlyList<HeldStatement>> StatementsAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>The manifests of the repository that list those manifests, or have one of them as their subject.</summary>
    Task<IReadOnlyList<ManifestLink>> LinksToAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>The manifests of the repository that name those blobs.</summary>
    Task<IReadOnlyList<ManifestLink>> UsersOfAsync(
        Guid repository, IReadOnlyCollection<Digest> blobs, CancellationToken cancellationToken = default);

    /// <summary>Which of those blobs a manifest of the repository names, other than the ones that leave.</summary>
    Task<IReadOnlyList<Digest>> StillUsedAsync(
        Guid repository,
        IReadOnlyCollection<Digest> blobs,
        IReadOnlyCollection<Digest> leaving,
        CancellationToken cancellationToken = default);
}

/// <summary>Of what was asked for: the units that the newest version holds, the blobs that are pending, and sizes in bytes, as far
/// as the server has them.</summary>
public sealed record HeadLook(
    IReadOnlyList<ContentUnit> Units, IReadOnlyList<Digest> Pending, IReadOnlyList<(ContentKey Key, long Size)> Sizes);
