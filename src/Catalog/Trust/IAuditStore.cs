using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>Audits: what they look through, and what they found.</summary>
public interface IAuditStore
{
    /// <summary>
    /// Notes an audit with the names and versions that it looks through, and the policies that these are held to, as they are at
    /// this moment. Repeating it does no harm.
    /// </summary>
    Task BeginAsync(AuditOrder order, Guid task, CancellationToken cancellationToken = default);

    /// <summary>The next name after one, in byte order; null behind the last.</summary>
    Task<AuditedName?> NextAsync(Guid audit, string? after, CancellationToken cancellationToken = default);

    /// <summary>One name of an audit; null where there is none.</summary>
    Task<AuditedName?> FindAsync(Guid audit, string name, CancellationToken cancellationToken = default);

    /// <summary>The parameters of an audit; null where there is none.</summary>
    Task<AuditParameters?> FindAsync(Guid audit, CancellationToken cancellationToken = default);

    /// <summary>What a policy said as of a revision; null where that is not known.</summary>
    Task<string?> DocumentAsync(Guid policy, int revision, CancellationToken cancellationToken = default);

    /// <summary>The manifests in a version, in byte order, after one.</summary>
    Task<IReadOnlyList<Digest>> ManifestsAsync(
        Guid repository, int version, Digest? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Those manifests, each with its tags there.</summary>
    Task<IReadOnlyList<AuditedManifest>> DescribeAsync(
        Guid repository, int version, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>Writes down findings; those that are there already stay.</summary>
    Task AddAsync(Guid audit, IReadOnlyCollection<AuditedImage> images, CancellationToken cancellationToken = default);

    /// <summary>What was found, after one finding.</summary>
    Task<IReadOnlyList<AuditedImage>> ImagesAsync(
        Guid audit, Guid? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Sums up what was found, and says that the audit is through.</summary>
    Task FinishAsync(Guid audit, CancellationToken cancellationToken = default);

    /// <summary>Deletes an audit with what it found. False where there is none.</summary>
    Task<bool> DeleteAsync(Guid audit, CancellationToken cancellationToken = default);
}

/// <summary>What an audit has to know of a manifest before it is judged.</summary>
/// <param name="Digest">As it is stored.</param>
/// <param name="Sha256">The SHA-256 digest of its bytes.</param>
/// <param name="IsIndex">Whether it lists others.</param>
/// <param name="Attaches">Whether it attaches signatures, among whatever else it is.</param>
/// <param name="Tags">Its tags there, in byte order.</param>
public sealed record AuditedManifest(
    Digest Digest, Digest Sha256, bool IsIndex, bool Attaches, IReadOnlyList<Tag> Tags);
