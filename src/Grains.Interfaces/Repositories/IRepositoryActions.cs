using Orleans.Concurrency;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// What an administrator does to one repository: answered by the repository's own grain, in one line with what registry
/// clients push. Key: the repository's id. Each action makes one version, or none where it has no effect.
/// </summary>
/// <remarks>
/// An action that is repeated for the same task finds the version that it made, and makes no second one. Cancelling
/// stops the preparation; a transaction that has begun is finished.
/// </remarks>
[Alias("repository-actions")]
public interface IRepositoryActions : IGrainWithGuidKey
{
    /// <summary>Adds content by its ids, with all that it needs.</summary>
    /// <exception cref="ProblemException">
    /// There is no such content; or a signature comes without its manifest, and that is required to be there.
    /// </exception>
    [AlwaysInterleave]
    [Alias("add")]
    Task<int> AddAsync(Guid[] content, bool requireManifest, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds stored signatures by their keys, as one version. What has no place is left out: its manifest has left, or the
    /// image carries too many.
    /// </summary>
    [AlwaysInterleave]
    [Alias("add-signatures")]
    [ResponseTimeout("00:10:00")]
    Task<int> AddSignaturesAsync(string[] keys, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Takes content away by its ids, with what is not needed without it; null takes everything.</summary>
    [AlwaysInterleave]
    [Alias("remove")]
    Task<int> RemoveAsync(Guid[]? content, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Takes content away and adds other content, in one version.</summary>
    [AlwaysInterleave]
    [Alias("modify")]
    Task<int> ModifyAsync(Guid[]? remove, Guid[] add, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Points a tag at a manifest of the repository.</summary>
    /// <exception cref="ProblemException">The repository does not hold the manifest.</exception>
    [AlwaysInterleave]
    [Alias("tag")]
    Task<int> TagAsync(Tag tag, Digest manifest, Guid? task);

    /// <summary>Takes a tag away. The manifest stays.</summary>
    /// <exception cref="ProblemException">There is no such tag.</exception>
    [AlwaysInterleave]
    [Alias("untag")]
    Task<int> UntagAsync(Tag tag, Guid? task);

    /// <summary>Adds what a version of another repository holds.</summary>
    /// <exception cref="ProblemException">There is no such version.</exception>
    [AlwaysInterleave]
    [Alias("copy")]
    Task<int> CopyAsync(CopyRequest request, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Takes an image away with its tags and signatures.</summary>
    /// <exception cref="ProblemException">The repository does not hold it.</exception>
    [AlwaysInterleave]
    [Alias("remove-image")]
    Task<int> RemoveImageAsync(Digest manifest, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Takes signatures away.</summary>
    [AlwaysInterleave]
    [Alias("remove-signatures")]
    Task<int> RemoveSignaturesAsync(
        SignatureSelection selection, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Makes a new version that holds what an older one does.</summary>
    /// <exception cref="ProblemException">There is no such version.</exception>
    [AlwaysInterleave]
    [Alias("roll-back")]
    Task<int> RollBackAsync(int version, Guid? task, CancellationToken cancellationToken = default);

    /// <summary>Deletes a version; what it changed becomes part of the next one. Numbers are never given again.</summary>
    /// <returns>The newest version afterwards.</returns>
    /// <exception cref="ProblemException">It is the last one that remains, or a distribution serves it.</exception>
    [AlwaysInterleave]
    [Alias("delete-version")]
    Task<int> DeleteVersionAsync(int version);

    /// <summary>Deletes the versions beyond those that the repository keeps. To be called when that number was changed.</summary>
    [AlwaysInterleave]
    [Alias("trim")]
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

/// <summary>Which signatures are meant: what is given must hold all together.</summary>
/// <param name="Content">The signatures' ids.</param>
/// <param name="KeyId">The key that claims to have made them: 16 upper-case hex digits.</param>
/// <param name="Fingerprint">Its full fingerprint, in upper-case hex digits.</param>
/// <param name="Manifest">The image that they sign.</param>
[GenerateSerializer]
[Immutable]
[Alias("signature-selection")]
public sealed record SignatureSelection(
    [property: Id(0)] Guid[]? Content,
    [property: Id(1)] string? KeyId,
    [property: Id(2)] string? Fingerprint,
    [property: Id(3)] Digest? Manifest);
