using OrleansRegistry.Journal;

namespace OrleansRegistry.Revocations;

/// <summary>The key by which the server signs documents of its own. It is made when it is first needed.</summary>
public interface IReportKey
{
    /// <summary>The public key as PEM of an SPKI.</summary>
    Task<string> PublicAsync(CancellationToken cancellationToken = default);

    /// <summary>An Ed25519 signature of the document, 64 bytes.</summary>
    Task<byte[]> SignAsync(byte[] document, CancellationToken cancellationToken = default);
}

/// <summary>Where the report key lies, encrypted.</summary>
public interface IReportKeyStore
{
    /// <summary>The key; the one given where there is none yet.</summary>
    Task<byte[]> GetOrAddAsync(Func<byte[]> create, CancellationToken cancellationToken = default);
}

/// <summary>Finished reports, as they were signed.</summary>
public interface IReportStore
{
    /// <summary>What a report says beside the revocation itself, in order.</summary>
    IAsyncEnumerable<RevokedRepository> RepositoriesAsync(Guid revocation, CancellationToken cancellationToken = default);

    /// <summary>Who pulled the images that a revocation is about, as far back as the journal goes, by id after the last one.</summary>
    Task<IReadOnlyList<PullRecord>> PullsAsync(
        Guid revocation, Guid? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Distributions that serve what a revocation is about, by their base paths.</summary>
    Task<IReadOnlyList<AffectedDistribution>> DistributionsAsync(
        Guid revocation, int limit, CancellationToken cancellationToken = default);

    /// <summary>Tags of the images that a revocation is about: <c>repository:tag@digest</c>.</summary>
    Task<IReadOnlyList<string>> TagsAsync(Guid revocation, int limit, CancellationToken cancellationToken = default);

    /// <summary>The names of signing services that hold the key.</summary>
    Task<IReadOnlyList<string>> ServicesAsync(Guid revocation, CancellationToken cancellationToken = default);

    /// <summary>Keeps a report; one that is there stays.</summary>
    Task SealAsync(Guid revocation, string report, byte[] signature, CancellationToken cancellationToken = default);

    /// <summary>The report as it was signed, or null.</summary>
    Task<(string Report, byte[] Signature)?> FindAsync(Guid revocation, CancellationToken cancellationToken = default);
}

/// <summary>A distribution that serves what is revoked.</summary>
/// <param name="BasePath">How clients name it.</param>
/// <param name="Pinned">The version that it serves; null for the newest.</param>
public sealed record AffectedDistribution(string BasePath, int? Pinned);
