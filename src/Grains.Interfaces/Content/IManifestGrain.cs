using Orleans.Concurrency;

namespace OrleansRegistry.Content;

/// <summary>One manifest: the only writer of its signature children. Key: the digest.</summary>
[Alias("manifest")]
public interface IManifestGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes a signature a child of the manifest; the same bytes again change nothing. Whether a repository holds it
    /// is for that repository to decide.
    /// </summary>
    /// <exception cref="ProblemException">
    /// The bytes are no well-formed atomic signature of this manifest, or there is no such manifest.
    /// </exception>
    [AlwaysInterleave]
    [Alias("add-signature")]
    Task<StoredSignature> AddSignatureAsync(byte[] signature);

    /// <summary>
    /// Deletes the manifest together with its signatures and tags, if no version of any repository holds it and
    /// nothing touched it since <paramref name="before"/>. False where it stays.
    /// </summary>
    [Alias("collect")]
    Task<bool> CollectAsync(DateTimeOffset before);
}

/// <summary>
/// A signature that its manifest owns. <c>Key</c> names it within a repository; <c>Statement</c> is alike in all bytes
/// that are the same signature.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("stored-signature")]
public sealed record StoredSignature(
    [property: Id(0)] string Key, [property: Id(1)] string Name, [property: Id(2)] string Statement);
