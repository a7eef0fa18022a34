using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>
/// Synchronisations, each by the id of its task: what is still to be brought, and what became of the rest. So work that
/// was broken off goes on where it stood, and the same rows are the report. A repository has a report of its last one.
/// </summary>
public interface ISyncStore
{
    /// <summary>Begins one, and forgets what is known of earlier ones of the repository. Repeating it changes nothing.</summary>
    /// <exception cref="ProblemException">There is no such repository.</exception>
    Task BeginAsync(Guid sync, Guid repository, Guid remote, CancellationToken cancellationToken = default);

    /// <summary>Notes references that are to be brought; those that are known stay as they are.</summary>
    Task ExpectAsync(
        Guid sync, IReadOnlyCollection<ExpectedReference> references, CancellationToken cancellationToken = default);

    /// <summary>References of which nobody has said yet what became of them, in byte order after the last one.</summary>
    Task<IReadOnlyList<string>> PendingAsync(
        Guid sync, ReferenceKind kind, string? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Which of those references are known, whatever became of them.</summary>
    Task<IReadOnlyList<string>> KnownAsync(
        Guid sync, IReadOnlyCollection<string> references, CancellationToken cancellationToken = default);

    /// <summary>Says what became of some references, and counts what they brought. Of what was said before, nothing changes.</summary>
    Task SettleAsync(Guid sync, IReadOnlyCollection<SettledReference> references, CancellationToken cancellationToken = default);

    /// <summary>How many references there are by what became of them; null where nobody has said yet.</summary>
    Task<IReadOnlyList<(SyncOutcome? Outcome, long Count)>> CountAsync(
        Guid sync, CancellationToken cancellationToken = default);

    /// <summary>Notes how many tags of the upstream were not wanted.</summary>
    Task ExcludeAsync(Guid sync, long tags, CancellationToken cancellationToken = default);

    /// <summary>Says how it ended.</summary>
    Task EndAsync(Guid sync, string outcome, string? why, CancellationToken cancellationToken = default);

    /// <summary>The last one of each of those repositories; the ones that never were synchronised are left out.</summary>
    Task<IReadOnlyList<SyncRecord>> LastAsync(
        IReadOnlyCollection<Guid> repositories, CancellationToken cancellationToken = default);
}

/// <summary>A tag or a digest that is to be brought.</summary>
public sealed record ExpectedReference(string Reference, ReferenceKind Kind);

/// <summary>What became of a reference. The names are stored, in lower case.</summary>
public enum SyncOutcome
{
    /// <summary>It is in the repository afterwards, and was not so before.</summary>
    Taken,

    /// <summary>It was there, with all that belongs to it.</summary>
    Unchanged,

    /// <summary>It is not wanted, or cannot be kept.</summary>
    Skipped,

    /// <summary>It could not be brought.</summary>
    Failed,
}

/// <summary>Why a reference was skipped, or failed; the names are stored, in snake_case.</summary>
public enum SyncReason
{
    /// <summary>Somebody wants signed images, and it has no signature.</summary>
    NotSigned,

    /// <summary>It has signatures, and none that counts.</summary>
    BadSignature,

    /// <summary>What it speaks of was not brought.</summary>
    NotWanted,

    /// <summary>The upstream names it, and does not have it.</summary>
    MissingUpstream,

    /// <summary>No registry of this kind keeps it: schema 1, or no manifest at all.</summary>
    Unsupported,

    /// <summary>Bytes that have another digest or size than was promised.</summary>
    Mismatch,

    /// <summary>It was withdrawn here, or a revoked key made it.</summary>
    Withheld,

    /// <summary>Whether it is signed could not be found out.</summary>
    SignaturesUnavailable,

    /// <summary>The upstream did not answer, or not so that it could be used.</summary>
    Upstream,
}

/// <summary>What became of one reference, and what it brought.</summary>
/// <param name="Reference">A tag or a digest.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Digest">What it names upstream, where that is known.</param>
/// <param name="Reason">Why, where it was not taken.</param>
/// <param name="Message">The same in a sentence.</param>
/// <param name="Notes">What else is worth knowing, such as signatures that were left out, each a sentence.</param>
/// <param name="Brought">What was stored for it.</param>
public sealed record SettledReference(
    string Reference,
    SyncOutcome Outcome,
    Digest? Digest,
    SyncReason? Reason,
    string? Message,
    IReadOnlyList<string> Notes,
    SyncTally Brought);

/// <summary>What was stored that the server did not have. Bytes are those of blobs and manifests that were downloaded.</summary>
public readonly record struct SyncTally(long Manifests, long Blobs, long Signatures, long Bytes)
{
    public static SyncTally operator +(SyncTally one, SyncTally other) => new(
        one.Manifests + other.Manifests, one.Blobs + other.Blobs, one.Signatures + other.Signatures,
        one.Bytes + other.Bytes);

    public static SyncTally Add(SyncTally left, SyncTally right) => left + right;
}

/// <summary>One synchronisation. <c>Outcome</c> is that of its task; null while it goes on.</summary>
public sealed record SyncRecord(
    Guid Task,
    Guid Repository,
    Guid Remote,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Outcome,
    string? Error,
    long Excluded,
    SyncTally Brought);

/// <summary>One line of the report.</summary>
public sealed record SyncEntry(
    Guid Id,
    Guid Sync,
    string Reference,
    ReferenceKind Kind,
    string? Outcome,
    Digest? Digest,
    string? Reason,
    string? Message,
    IReadOnlyList<string> Notes,
    SyncTally Brought);
