using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>What an audit looks through, and by what. At most one of the first three says where; none means the whole server.</summary>
/// <param name="Repositories">Repositories, or null.</param>
/// <param name="Namespace">A namespace, or null.</param>
/// <param name="Version">A version of a repository, or null.</param>
/// <param name="Policy">Judges by this policy; or null.</param>
/// <param name="Document">Judges by this document: a policy as it might be; or null.</param>
/// <param name="Keys">Judges by these keys alone, whatever name was signed: OpenPGP certificates, PEMs; or null.</param>
/// <param name="WithoutKeys">Fingerprints of keys that do not count: as if they were revoked; or null.</param>
/// <param name="Host">How this registry is known: it stands in the names of images.</param>
/// <remarks>Without policy, document and keys, each name is judged by the policy that it is held to.</remarks>
public sealed record AuditParameters(
    IReadOnlyList<Guid>? Repositories,
    Guid? Namespace,
    AuditedVersion? Version,
    Guid? Policy,
    string? Document,
    IReadOnlyList<string>? Keys,
    IReadOnlyList<string>? WithoutKeys,
    string Host)
{
    /// <summary>Whether it tries a change: each image is also judged by what holds now.</summary>
    public bool IsSimulation => Document is not null || WithoutKeys is { Count: > 0 };
}

/// <summary>A version of a repository.</summary>
public sealed record AuditedVersion(Guid Repository, int Number);

/// <summary>One audit.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parameters">What it looks through.</param>
/// <param name="By">The name of a user, or empty.</param>
/// <param name="Task">Its task; null where that is forgotten.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it was through; null before that.</param>
/// <param name="Totals">What it found; zeros before it is through.</param>
public sealed record AuditRecord(
    Guid Id, AuditParameters Parameters, string By, Guid? Task, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt,
    AuditTotals Totals);

/// <param name="Names">Names that were looked through.</param>
/// <param name="Images">Images there, each once for every tag, and once where it has none.</param>
/// <param name="Valid">Those that meet what they are judged by.</param>
/// <param name="NewlyRefused">Those that only meet what holds now: of a simulation.</param>
public sealed record AuditTotals(long Names, long Images, long Valid, long NewlyRefused);

/// <summary>What an audit found below one name.</summary>
/// <param name="Audit">The audit.</param>
/// <param name="Name">The name.</param>
/// <param name="Repository">The repository behind it.</param>
/// <param name="Version">The version that was looked through.</param>
/// <param name="Policy">The policy that held when it began; null for none.</param>
/// <param name="Revision">That policy's revision.</param>
/// <param name="Totals">What was found there.</param>
public sealed record AuditedName(
    Guid Audit, string Name, Guid Repository, int Version, Guid? Policy, int? Revision, AuditTotals Totals);

/// <summary>What an audit found of an image by one of its names.</summary>
/// <param name="Id">Of the finding.</param>
/// <param name="Name">The name that it lies below.</param>
/// <param name="Manifest">Its digest.</param>
/// <param name="Tag">Its tag; null where it has none.</param>
/// <param name="IsValid">Whether it meets what it was judged by.</param>
/// <param name="WasValid">Whether it meets what holds now: of a simulation, else null.</param>
/// <param name="Fingerprint">By which key; null where no signature counts.</param>
/// <param name="Why">One sentence.</param>
public sealed record AuditedImage(
    Guid Id, string Name, Digest Manifest, Tag? Tag, bool IsValid, bool? WasValid, string? Fingerprint, string Why);

/// <summary>Who pulled what would be refused.</summary>
/// <param name="Id">Of the finding.</param>
/// <param name="Image">What was found of it.</param>
/// <param name="UserName">Who; empty for nobody in particular.</param>
/// <param name="Address">From where.</param>
/// <param name="Pulls">How often, as far as the journal goes back.</param>
/// <param name="LastAt">When last.</param>
public sealed record AffectedPull(
    Guid Id, AuditedImage Image, string UserName, string Address, long Pulls, DateTimeOffset LastAt);

/// <summary>The task of an audit.</summary>
public static class AuditTasks
{
    public const string Kind = "trust.audit";

    public static TaskRequest Audit(AuditOrder order) => new(Kind, TaskJson.Write(order), [], []);
}

/// <param name="Id">The audit's id to be.</param>
/// <param name="Parameters">What it looks through.</param>
/// <param name="By">The name of the user who wants it, or empty.</param>
public sealed record AuditOrder(Guid Id, AuditParameters Parameters, string By);
