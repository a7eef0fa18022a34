using OrleansRegistry.Oci;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Content;

/// <summary>Content in sets, for actions that take whole lists of it. Where a version is null, the newest is meant.</summary>
public interface IContentSets
{
    /// <summary>The units with those ids, wherever they are held; ids of nothing are left out.</summary>
    Task<IReadOnlyList<StoredUnit>> FindByIdAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken = default);

    /// <summary>Which of those units the server has, held or not. All are of one kind.</summary>
    Task<IReadOnlyList<StoredUnit>> FindStoredAsync(
        IReadOnlyCollection<ContentUnit> units, CancellationToken cancellationToken = default);

    /// <summary>All that a version holds.</summary>
    Task<IReadOnlyList<ContentUnit>> AllAsync(
        Guid repository, int? version, CancellationToken cancellationToken = default);

    /// <summary>A version's tags, all or those with the names given.</summary>
    Task<IReadOnlyList<ContentUnit>> TagsAsync(
        Guid repository,
        int? version,
        IReadOnlyCollection<Tag>? names,
        CancellationToken cancellationToken = default);

    /// <summary>A version's manifests, all or those of the digests and media types given.</summary>
    Task<IReadOnlyList<ContentUnit>> ManifestsAsync(
        Guid repository,
        int? version,
        IReadOnlyCollection<Digest>? digests,
        IReadOnlyCollection<string>? mediaTypes,
        CancellationToken cancellationToken = default);

    /// <summary>A version's manifests that have one of those manifests as their subject.</summary>
    Task<IReadOnlyList<ContentUnit>> ReferrersAsync(
        Guid repository,
        int? version,
        IReadOnlyCollection<Digest> subjects,
        CancellationToken cancellationToken = default);

    /// <summary>A version's signatures of those manifests.</summary>
    Task<IReadOnlyList<StoredUnit>> SignaturesAsync(
        Guid repository,
        int? version,
        IReadOnlyCollection<Digest> manifests,
        CancellationToken cancellationToken = default);

    /// <summary>A version's signatures, all or those that the filter lets through.</summary>
    Task<IReadOnlyList<ContentUnit>> SignaturesAsync(
        Guid repository, int? version, SignatureFilter filter, CancellationToken cancellationToken = default);

    /// <summary>One of those signatures that is withheld; null where none is.</summary>
    Task<ServedSignature?> FindWithheldAsync(
        IReadOnlyCollection<ContentUnit> signatures, Withheld withheld, CancellationToken cancellationToken = default);

    /// <summary>One of those manifests that attaches a signature by a withheld key; null where none does.</summary>
    Task<WithheldManifest?> FindWithheldManifestAsync(
        IReadOnlyCollection<Digest> manifests, Withheld withheld, CancellationToken cancellationToken = default);

    /// <summary>The newest version's manifests that revocations in force are about: by themselves, or for who made them.</summary>
    Task<IReadOnlyList<ContentUnit>> RevokedManifestsAsync(
        Guid repository, CancellationToken cancellationToken = default);

    /// <summary>A version's signatures that revocations in force are about.</summary>
    Task<IReadOnlyList<ContentUnit>> RevokedSignaturesAsync(
        Guid repository, int? version, CancellationToken cancellationToken = default);

    /// <summary>What has to join the newest version, and what has to leave it, to make it equal to an older one.</summary>
    Task<(IReadOnlyList<ContentUnit> Added, IReadOnlyList<ContentUnit> Removed)> DifferenceAsync(
        Guid repository, int version, CancellationToken cancellationToken = default);
}

/// <summary>
/// A unit as the server has it. <c>Size</c> counts the bytes of a signature, else it is 0; <c>Statement</c> is what it
/// states, else null.
/// </summary>
public sealed record StoredUnit(
    Guid Id, ContentUnit Unit, int Size, DateTimeOffset CreatedAt, string? Statement = null);

/// <summary>A manifest that attaches a signature by a key, and since when it is known here.</summary>
public sealed record WithheldManifest(Digest Digest, KeyName Key, DateTimeOffset FirstSeen);

/// <summary>Which signatures are meant: what is given must hold all together; a null lets everything through.</summary>
/// <param name="KeyIds">Of one of these keys, 16 upper-case hex digits.</param>
/// <param name="Fingerprints">
/// Of one of these keys, upper-case hex digits. A signature that does not name its fingerprint is judged by the key id
/// that follows from it.
/// </param>
/// <param name="Manifest">The manifest that they sign.</param>
public sealed record SignatureFilter(
    IReadOnlyCollection<string>? KeyIds = null,
    IReadOnlyCollection<string>? Fingerprints = null,
    Digest? Manifest = null)
{
    /// <summary>The key id that a fingerprint implies: its end in version 4, its beginning in version 6.</summary>
    public static string KeyIdOf(string fingerprint) => fingerprint.Length == 64 ? fingerprint[..16] : fingerprint[^16..];
}
