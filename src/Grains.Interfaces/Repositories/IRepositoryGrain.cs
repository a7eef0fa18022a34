using Orleans.Concurrency;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// One repository: the only writer of its version history. Key: the repository's id. Changes are committed in order of
/// arrival, many in one transaction, each as its own version; a change without effect makes none.
/// </summary>
/// <remarks>Every method interleaves: changes wait in the grain's own queue, and readers never wait for them.</remarks>
[Alias("repository")]
public interface IRepositoryGrain : IGrainWithGuidKey
{
    /// <summary>The number of the newest committed version. What a version holds never changes.</summary>
    /// <exception cref="ProblemException">There is no such repository.</exception>
    [AlwaysInterleave]
    [Alias("get-head")]
    Task<int> GetHeadAsync();

    /// <summary>Adds a manifest, the blobs it names and the tags on it.</summary>
    /// <returns>The newest version once the manifest is part of the repository.</returns>
    /// <exception cref="ProblemException">The bytes are no manifest, or name something that is not there.</exception>
    [AlwaysInterleave]
    [Alias("put-manifest")]
    Task<int> PutManifestAsync(PushedManifest manifest);

    /// <summary>Adds a signature of a manifest that the repository holds.</summary>
    /// <exception cref="ProblemException">
    /// The bytes are no well-formed signature of that manifest, the manifest is not here, or it carries too many.
    /// </exception>
    [AlwaysInterleave]
    [Alias("add-signature")]
    Task<int> AddSignatureAsync(Digest manifest, byte[] signature);

    /// <summary>Takes a tag away.</summary>
    /// <exception cref="ProblemException">There is no such tag.</exception>
    [AlwaysInterleave]
    [Alias("untag")]
    Task<int> UntagAsync(Tag tag);

    /// <summary>Takes a manifest away, and in the same version all that has no reason to stay without it.</summary>
    /// <exception cref="ProblemException">There is no such manifest.</exception>
    [AlwaysInterleave]
    [Alias("remove-manifest")]
    Task<int> RemoveManifestAsync(Digest manifest);

    /// <summary>Takes a blob away, pending or not.</summary>
    /// <exception cref="ProblemException">There is no such blob.</exception>
    [AlwaysInterleave]
    [Alias("remove-blob")]
    Task RemoveBlobAsync(Digest blob);

    /// <summary>Makes a sealed upload a blob that is pending here.</summary>
    [AlwaysInterleave]
    [Alias("admit-blob")]
    Task AdmitBlobAsync(SealedUpload upload);

    /// <summary>Makes a blob of another repository pending here. False where that repository does not have it.</summary>
    [AlwaysInterleave]
    [Alias("mount-blob")]
    Task<bool> MountBlobAsync(Guid source, Digest blob);

    /// <summary>Forgets what it knows: the repository's settings were changed, or it was deleted.</summary>
    [AlwaysInterleave]
    [Alias("forget")]
    Task ForgetAsync();
}

/// <summary>A manifest as it was pushed, its digest proven.</summary>
/// <param name="Digest">The digest of the bytes, by the algorithm that the client chose.</param>
/// <param name="MediaType">The manifest's media type.</param>
/// <param name="Bytes">The bytes, unaltered.</param>
/// <param name="Tags">The tags to point at it; none for a push by digest.</param>
[GenerateSerializer]
[Immutable]
[Alias("pushed-manifest")]
public sealed record PushedManifest(
    [property: Id(0)] Digest Digest,
    [property: Id(1)] string MediaType,
    [property: Id(2)] byte[] Bytes,
    [property: Id(3)] Tag[] Tags);
