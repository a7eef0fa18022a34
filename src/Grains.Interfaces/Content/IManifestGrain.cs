using Orleans.Concurrency;

namespace OrleansRegistry.Content;

/// <summary>
/// One manifest: the owner of its signature children, and the only one to judge what is brought as one. Key: the digest.
/// </summary>
[Alias("manifest")]
public interface IManifestGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes a signature a child of the manifest, and a part of that repository; the same one again changes nothing.
    /// </summary>
    /// <returns>The newest version of the repository once the signature is part of it.</returns>
    /// <exception cref="ProblemException">
    /// The bytes are no well-formed atomic signature of this manifest; the repository does not hold the manifest, or it
    /// carries as many signatures as it may.
    /// </exception>
    [AlwaysInterleave]
    [Alias("add-signature")]
    Task<int> AddSignatureAsync(Guid repository, byte[] signature);

    /// <summary>
    /// Deletes the manifest together with its signatures and tags, if no version of any repository holds it and
    /// nothing touched it since <paramref name="before"/>. False where it stays.
    /// </summary>
    [Alias("collect")]
    Task<bool> CollectAsync(DateTimeOffset before);
}
