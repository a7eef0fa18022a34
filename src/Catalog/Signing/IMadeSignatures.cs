using OrleansRegistry.Content;

namespace OrleansRegistry.Signing;

/// <summary>
/// What this server signed: for each manifest, reference and key one signature counts. The database is the referee, so
/// that two who sign the same at once end with the same one.
/// </summary>
public interface IMadeSignatures
{
    /// <summary>The signatures that count already, and are safe from collection from now on.</summary>
    /// <param name="fingerprint">Of the service's key.</param>
    /// <param name="targets">What is wanted.</param>
    /// <param name="by">Only those that this task made; null for all.</param>
    /// <returns>Keys of content.</returns>
    Task<IReadOnlyDictionary<SigningTarget, ContentKey>> FindAsync(
        string fingerprint,
        IReadOnlyCollection<SigningTarget> targets,
        Guid? by,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Signatures that others brought and that claim to be what is wanted, by one of those keys. Nothing of them is
    /// verified: of each target the newest few, for anybody may claim anything.
    /// </summary>
    Task<IReadOnlyList<ClaimedSignature>> FindClaimedAsync(
        IReadOnlyCollection<SigningTarget> targets,
        IReadOnlyCollection<string> keyIds,
        CancellationToken cancellationToken = default);

    /// <summary>Lets stored content count, where nothing else does.</summary>
    Task AdoptAsync(
        string fingerprint,
        IReadOnlyDictionary<SigningTarget, ContentKey> keys,
        Guid task,
        CancellationToken cancellationToken = default);

    /// <summary>Stores signatures, in one transaction. Where another one counts already, the new one is dropped.</summary>
    /// <param name="fingerprint">Of the service's key.</param>
    /// <param name="made">The signatures, each with what it was wanted for.</param>
    /// <param name="task">Who makes them.</param>
    /// <param name="again">True where they take the place of what other tasks made.</param>
    /// <returns>The keys of those that count now.</returns>
    Task<IReadOnlyDictionary<SigningTarget, ContentKey>> AddAsync(
        string fingerprint,
        IReadOnlyDictionary<SigningTarget, Signature> made,
        Guid task,
        bool again,
        CancellationToken cancellationToken = default);
}

/// <summary>A stored signature that claims to be of a target.</summary>
public sealed record ClaimedSignature(SigningTarget Target, SignatureKey Key, byte[] Bytes);
