using OrleansRegistry.Oci;

namespace OrleansRegistry.Revocations;

/// <summary>A wish to revoke: what, why, and from when.</summary>
/// <param name="Id">Of the decision. The same wish twice is one.</param>
/// <param name="Subject">What is revoked.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Ticket">Where more is said about it, or empty.</param>
/// <param name="EffectiveFrom">Only signatures that were first seen here then or later are meant; null for all.</param>
/// <param name="IsDryRun">True where it is only to be found out what it would be about.</param>
/// <param name="By">Who wishes it.</param>
public sealed record RevocationWish(
    Guid Id, RevocationSubject Subject, string Reason, string Ticket, DateTimeOffset? EffectiveFrom, bool IsDryRun, string By);

/// <summary>What is revoked: a key by one of its names, or an image; or the signatures that are to go.</summary>
/// <param name="KeyId">16 upper-case hex digits; null of all but a key.</param>
/// <param name="Fingerprint">Upper-case hex digits; null of all but a key, or where only the key id is known.</param>
/// <param name="Image">The manifest's digest; null of all but an image.</param>
/// <param name="Signatures">Which signatures are taken out, and may come again; null of a key and of an image.</param>
public sealed record RevocationSubject(
    string? KeyId, string? Fingerprint, Digest? Image = null, SignatureScope? Signatures = null)
{
    /// <summary>What it is called, everywhere the same: the key of the grain that decides on it.</summary>
    public override string ToString() => Signatures?.ToString() ?? Image?.ToString() ?? Fingerprint ?? KeyId!;
}

/// <summary>All signatures of a repository, of an image everywhere, or of an image in one repository.</summary>
public sealed record SignatureScope(Guid? Repository, Digest? Image)
{
    public override string ToString() => (Repository, Image) switch
    {
        ({ } repository, { } image) => $"signatures of {image} in {repository}",
        ({ } repository, null) => $"signatures in {repository}",
        _ => $"signatures of {Image}",
    };
}

/// <summary>A decision that signatures, or an image, are not served any more; or what one would be about.</summary>
public sealed record RevocationRecord(
    Guid Id,
    long? Number,
    RevocationSubject Subject,
    IReadOnlyList<string> Keys,
    string Reason,
    string Ticket,
    DateTimeOffset? EffectiveFrom,
    string By,
    DateTimeOffset CreatedAt,
    DateTimeOffset? InForceAt,
    DateTimeOffset? PlannedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? WithdrawnAt,
    string? WithdrawnBy,
    string? WithdrawnReason,
    long Refused,
    RevocationTally Tally)
{
    public bool IsDryRun => Number is null;

    public RevocationState State =>
        IsDryRun ? (CompletedAt is null ? RevocationState.Planning : RevocationState.DryRun)
        : WithdrawnAt is not null ? RevocationState.Withdrawn
        : CompletedAt is not null ? RevocationState.Completed
        : Subject.Signatures is not null ? RevocationState.Removing
        : RevocationState.InForce;
}

/// <summary>Where a revocation stands.</summary>
public enum RevocationState
{
    /// <summary>It is being found out what it would be about.</summary>
    Planning,

    /// <summary>It is known what it would be about; nothing is changed.</summary>
    DryRun,

    /// <summary>Nothing of it is served; it is being taken out of repositories.</summary>
    InForce,

    /// <summary>Signatures are being taken out of repositories; nothing is forbidden.</summary>
    Removing,

    /// <summary>No newest version of a repository holds any of it.</summary>
    Completed,

    /// <summary>It is served again, where versions still hold it.</summary>
    Withdrawn,
}

/// <summary>How much a revocation is about, and how much of that is done.</summary>
public sealed record RevocationTally(
    int Repositories, int Done, int Failed, long Signatures, long Images, long UnsignedImages);

/// <summary>One repository that holds what is revoked.</summary>
/// <param name="Before">The version that held it last; null until it was taken out.</param>
/// <param name="After">The first version without it; null where it was gone already.</param>
public sealed record RevokedRepository(
    Guid Revocation,
    Guid Repository,
    string Name,
    int Signatures,
    int Images,
    int UnsignedImages,
    int? Before,
    int? After,
    DateTimeOffset? DoneAt,
    string? Error);

/// <summary>An image that a revocation left without a signature, or would leave, in one repository.</summary>
public sealed record UnsignedImage(Guid Repository, string Name, Digest Digest);
