using Orleans.Concurrency;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>
/// What an administrator does to one repository: answered by the repository's own grain, in one line with what registry
/// clients push. Key: the repository's id. Each action makes one version, or none where it has no effect.
/// </summary>
/// <remarks>
/// An action that is repeated for the same task finds the version that it made, and makes no second one; one for a task
/// that was cancelled, or that another attempt took over, is refused. Cancelling stops the preparation; a transaction that
/// has begun is finished.
/// </remarks>
[Alias("repository-actions")]
public interface IRepositoryActions : IGrainWithGuidKey
{
    /// <summary>How long an answer may take: as long as the work. When a node dies, its callers hear of that at once.</summary>
    private const string Patience = "02:00:00";

    /// <summary>Adds content by its ids, with all that it needs.</summary>
    /// <exception cref="ProblemException">
    /// There is no such content; or a signature comes without its manifest, and that is required to be there.
    /// </exception>
    [AlwaysInterleave]
    [Alias("add")]
    [ResponseTimeout(Patience)]
    Task<int> AddAsync(Guid[] content, bool requireManifest, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds stored signatures by their keys, as one version. One whose manifest has left is left out; so is one whose
    /// image carries too many, unless all or nothing is wanted.
    /// </summary>
    /// <exception cref="ProblemException">
    /// Some were deleted meanwhile; or one has no place, and all or nothing is wanted.
    /// </exception>
    [AlwaysInterleave]
    [Alias("add-signatures")]
    [ResponseTimeout(Patience)]
    Task<int> AddSignaturesAsync(
        string[] keys, bool allOrNothing, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Adds stored manifests that say something of images, as one version. Those of lost images are left out.</summary>
    /// <exception cref="ProblemException">A tag was moved since it was looked at, or a manifest was deleted.</exception>
    [AlwaysInterleave]
    [Alias("attach")]
    [ResponseTimeout(Patience)]
    Task<int> AttachAsync(
        AttachedManifest[] attachments, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Takes content away by its ids, with what is not needed without it; null takes everything.</summary>
    [AlwaysInterleave]
    [Alias("remove")]
    [ResponseTimeout(Patience)]
    Task<int> RemoveAsync(Guid[]? content, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Takes content away and adds other content, in one version.</summary>
    [AlwaysInterleave]
    [Alias("modify")]
    [ResponseTimeout(Patience)]
    Task<int> ModifyAsync(Guid[]? remove, Guid[] add, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Points a tag at a manifest of the repository.</summary>
    /// <exception cref="ProblemException">The repository does not hold the manifest.</exception>
    [AlwaysInterleave]
    [Alias("tag")]
    [ResponseTimeout(Patience)]
    Task<int> TagAsync(Tag tag, Digest manifest, TaskStamp? task);

    /// <summary>Takes a tag away. The manifest stays.</summary>
    /// <exception cref="ProblemException">There is no such tag.</exception>
    [AlwaysInterleave]
    [Alias("untag")]
    [ResponseTimeout(Patience)]
    Task<int> UntagAsync(Tag tag, TaskStamp? task);

    /// <summary>Adds what a version of another repository holds.</summary>
    /// <exception cref="ProblemException">There is no such version.</exception>
    [AlwaysInterleave]
    [Alias("copy")]
    [ResponseTimeout(Patience)]
    Task<int> CopyAsync(CopyRequest request, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Takes an image away with its tags and signatures.</summary>
    /// <exception cref="ProblemException">The repository does not hold it.</exception>
    [AlwaysInterleave]
    [Alias("remove-image")]
    [ResponseTimeout(Patience)]
    Task<int> RemoveImageAsync(Digest manifest, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Takes signatures away.</summary>
    [AlwaysInterleave]
    [Alias("remove-signatures")]
    [ResponseTimeout(Patience)]
    Task<int> RemoveSignaturesAsync(
        SignatureSelection selection, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Makes a new version that holds what an older one does.</summary>
    /// <exception cref="ProblemException">There is no such version.</exception>
    [AlwaysInterleave]
    [Alias("roll-back")]
    [ResponseTimeout(Patience)]
    Task<int> RollBackAsync(int version, TaskStamp? task, CancellationToken cancellationToken = default);

    /// <summary>Deletes a version; what it changed becomes part of the next one. Numbers are never given again.</summary>
    /// <returns>The newest version afterwards.</returns>
    /// <exception cref="ProblemException">It is the last one that remains, or a distribution serves it.</exception>
    [AlwaysInterleave]
    [Alias("delete-version")]
    [ResponseTimeout(Patience)]
    Task<int> DeleteVersionAsync(int version);

    /// <summary>Deletes the versions beyond those that the repository keeps. To be called when that number was changed.</summary>
    [AlwaysInterleave]
    [Alias("trim")]
    [ResponseTimeout(Patience)]
    Task TrimAsync();
}

/// <summary>What is copied from where.</summary>
/// <param name="Source">The repository to copy from.</param>
/// <param name="Version">Its version.</param>
/// <param name="Tags">True for tags, false for manifests.</param>
/// <param name="Names">Names of tags or digests of manifests; null for all.</param>
/// <param name="MediaTypes">Manifests of these types only; null for all.</param>
/// <param name="WithSignatures">Whether the source's signatures of what is copied come along.</param>
[GenerateSerializer]
[Immutable]
[Alias("copy-request")]
public sealed record CopyRequest(
    [property: Id(0)] Guid Source,
    [property: Id(1)] int Version,
    [property: Id(2)] bool Tags,
    [property: Id(3)] string[]? Names,
    [property: Id(4)] string[]? MediaTypes,
    [property: Id(5)] bool WithSignatures);

/// <summary>A manifest that says something of an image.</summary>
/// <param name="Image">The digest of the image.</param>
/// <param name="Manifest">The digest of the manifest.</param>
/// <param name="Tag">The tag that is to name it, or null.</param>
/// <param name="Replaces">What the tag must name until then; null where there must be no such tag.</param>
[GenerateSerializer]
[Immutable]
[Alias("attached-manifest")]
public sealed record AttachedManifest(
    [property: Id(0)] string Image,
    [property: Id(1)] string Manifest,
    [property: Id(2)] string? Tag = null,
    [property: Id(3)] string? Replaces = null);

/// <summary>Which signatures are meant: what is given must hold all together.</summary>
/// <param name="Content">The signatures' ids.</param>
/// <param name="KeyId">The key that claims to have made them: 16 upper-case hex digits.</param>
/// <param name="Fingerprint">Its full fingerprint, in upper-case hex digits.</param>
/// <param name="Manifest">The image that they sign.</param>
/// <param name="KeyIds">Instead of the one key id: any of these.</param>
/// <param name="Fingerprints">Instead of the one fingerprint: any of these.</param>
[GenerateSerializer]
[Immutable]
[Alias("signature-selection")]
public sealed record SignatureSelection(
    [property: Id(0)] Guid[]? Content,
    [property: Id(1)] string? KeyId,
    [property: Id(2)] string? Fingerprint,
    [property: Id(3)] Digest? Manifest,
    [property: Id(4)] string[]? KeyIds = null,
    [property: Id(5)] string[]? Fingerprints = null);
