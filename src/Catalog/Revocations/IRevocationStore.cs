using System.Diagnostics.CodeAnalysis;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Revocations;

/// <summary>What was decided on keys and images, and what became of it.</summary>
public interface IRevocationStore
{
    /// <summary>
    /// The number of the newest decision, or of the newest key: what is withheld, and who is known to have signed, is another
    /// set under another number.
    /// </summary>
    Task<long> EpochAsync(CancellationToken cancellationToken = default);

    /// <summary>What is withheld now, under the number of the newest decision.</summary>
    Task<Withheld> WithheldAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Decides, or notes a dry run; the same wish again changes nothing. Once this completes, nothing of it comes into a
    /// repository any more, and whoever asks what is withheld is told.
    /// </summary>
    /// <param name="wish">What is decided.</param>
    /// <param name="names">Every name of a key: its own, and those of its subkeys.</param>
    /// <param name="cancellationToken">Ends the wait for the transaction.</param>
    /// <exception cref="ProblemException">Another decision on the same subject is in force.</exception>
    Task DecideAsync(
        RevocationWish wish, IReadOnlyCollection<KeyName> names, CancellationToken cancellationToken = default);

    /// <summary>Notes that no node can serve any of it any more.</summary>
    Task EnforcedAsync(Guid revocation, CancellationToken cancellationToken = default);

    /// <summary>Takes a decision back, and records that. Once this completes, whoever asks is told.</summary>
    /// <exception cref="ProblemException">There is no such decision, or it is not in force.</exception>
    Task WithdrawAsync(Guid revocation, string by, string reason, CancellationToken cancellationToken = default);

    Task<RevocationRecord?> FindAsync(Guid revocation, CancellationToken cancellationToken = default);

    /// <summary>The decisions in force on keys of those fingerprints.</summary>
    Task<IReadOnlyList<RevocationRecord>> InForceOfAsync(
        IReadOnlyCollection<string> fingerprints, CancellationToken cancellationToken = default);

    /// <summary>Finds the repositories whose newest version holds any of it, and adds those to the list of its own.</summary>
    /// <returns>How many there are that were not known before.</returns>
    Task<int> PlanAsync(Guid revocation, CancellationToken cancellationToken = default);

    /// <summary>Repositories of which nothing is said yet, by their ids, after the last one.</summary>
    Task<IReadOnlyList<Guid>> OpenAsync(
        Guid revocation, Guid? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Notes that repositories are rid of it, which versions that made, and by which task.</summary>
    Task DoneAsync(
        Guid revocation, IReadOnlyCollection<Guid> repositories, Guid task, CancellationToken cancellationToken = default);

    /// <summary>Notes why one repository is not rid of it yet.</summary>
    Task FailedAsync(Guid revocation, Guid repository, string why, CancellationToken cancellationToken = default);

    /// <summary>Notes that all is done, with what is to be known of it.</summary>
    Task CompleteAsync(Guid revocation, CancellationToken cancellationToken = default);

    /// <summary>Images that a revocation left without a signature, by repository and digest, after the last one.</summary>
    Task<IReadOnlyList<(Guid Repository, Digest Digest)>> UnsignedAsync(
        Guid revocation, (Guid Repository, Digest Digest)? last, int limit,
        CancellationToken cancellationToken = default);
}

/// <summary>What signatures call a key: its id, and its fingerprint where it is known.</summary>
public sealed record KeyName(string KeyId, string? Fingerprint)
{
    /// <summary>Reads a key id (16 hex digits) or a fingerprint (40 or 64), of either case.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyName? name)
    {
        var hex = text.ToUpperInvariant();
        name = hex.Length is not (16 or 40 or 64) || !hex.All(char.IsAsciiHexDigit) ? null
            : hex.Length == 16 ? new(hex, null)
            : new(SignatureFilter.KeyIdOf(hex), hex);
        return name is not null;
    }

    /// <summary>The fingerprint, or where that is not known the key id.</summary>
    public override string ToString() => Fingerprint ?? KeyId;
}
