namespace OrleansRegistry;

/// <summary>A refusal the caller can act on. <c>Subject</c> is the name, reference, digest or field refused.</summary>
public sealed record Problem(ProblemKind Kind, string Message, string? Subject = null);

/// <summary>What kind of refusal. Each protocol words them once: status, code, form.</summary>
public enum ProblemKind
{
    /// <summary>A field of a request, named by the subject, says what cannot be.</summary>
    FieldInvalid,

    NameInvalid,
    NameUnknown,
    ReferenceInvalid,
    DigestInvalid,
    DigestMismatch,
    ManifestInvalid,
    ManifestTooLarge,
    ManifestUnknown,
    ManifestBlobUnknown,
    BlobUnknown,
    UploadUnknown,
    UploadInvalid,
    UploadBusy,
    RangeInvalid,
    Pinned,
    PageInvalid,
    SignatureInvalid,
    SignatureLimit,
    TooManyRequests,
    NameTaken,
    BasePathTaken,
    Unauthorized,
    Denied,
    LastAdministrator,
    RoleTaken,

    /// <summary>What a change was prepared for is no longer so; whoever prepared it does it anew.</summary>
    Outdated,

    /// <summary>It could mean several things, or contradicts what is decided already.</summary>
    Conflict,

    /// <summary>The task in whose name a change was to be made was cancelled, or another attempt took it over.</summary>
    Superseded,

    /// <summary>An image is listed by an index that stays, and so cannot be removed.</summary>
    Listed,

    /// <summary>Another registry, which this one asked, did not answer, or not so that it could be used.</summary>
    UpstreamFailed,
}

/// <summary>Carries a refusal to whoever words it for the client.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Message)
{
    public ProblemException(ProblemKind kind, string message, string? subject = null)
        : this(new Problem(kind, message, subject))
    {
    }

    public Problem Problem { get; } = problem;
}
