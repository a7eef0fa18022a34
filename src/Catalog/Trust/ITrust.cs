using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>
/// Says what the policies of this server let be pulled: of a name, one version, and the signatures that may be served at
/// this moment. Whoever gives a manifest or a blob to a client asks each time; what stands is at hand.
/// </summary>
public interface ITrust
{
    /// <summary>
    /// The policies that pulls are held to now: that of the name, unless it is off, and that which the repository's tags have to
    /// meet. All of them must allow an image.
    /// </summary>
    /// <exception cref="StoreUnavailableException">One is enforced, and what is withheld is not confirmed.</exception>
    ValueTask<IReadOnlyList<TrustPolicyRecord>> FindPoliciesAsync(
        RepositoryName name, Guid repository, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether a manifest may be pulled. By digest, one that an index lists may be where the index's names allow it: so clients
    /// judge it. Of an index one of its images is enough, for they are judged when they are pulled. What attaches signatures
    /// to images always may be: it is what others are judged by.
    /// </summary>
    ValueTask<TrustVerdict> JudgeAsync(
        TrustPolicyRecord policy, PulledImage image, Manifest manifest, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether a blob may be pulled: where one of the manifests that name it may. Null where none of that version does.
    /// </summary>
    ValueTask<TrustVerdict?> JudgeBlobAsync(
        TrustPolicyRecord policy, PulledImage image, Digest blob, CancellationToken cancellationToken = default);

    /// <summary>The same as <see cref="JudgeAsync"/>, with everything that was looked at.</summary>
    /// <param name="policy">Any policy, be it in force or not.</param>
    /// <param name="image">What is pulled.</param>
    /// <param name="manifest">What it is.</param>
    /// <param name="now">When it is pulled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TrustVerdict> ExplainAsync(
        TrustPolicyRecord policy, PulledImage image, Manifest manifest, DateTimeOffset now,
        CancellationToken cancellationToken = default);
}

/// <summary>What somebody pulls.</summary>
/// <param name="Host">How the registry is known to who pulls: host and port.</param>
/// <param name="Name">The name that it is pulled by.</param>
/// <param name="Tag">The tag; null for a digest.</param>
/// <param name="Repository">The repository behind the name.</param>
/// <param name="Version">The version that is served.</param>
public sealed record PulledImage(string Host, RepositoryName Name, Tag? Tag, Guid Repository, int Version);
