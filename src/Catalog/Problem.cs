namespace OrleansRegistry;

/// <summary>A refusal the caller can act on. <c>Subject</c> is the name, reference, digest or field refused.</summary>
public sealed record Problem(ProblemKind Kind, string Message, string? Subject = null);

/// <summary>What kind of refusal. Each protocol words them once: status, code, form.</summary>
public enum ProblemKind
{
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
