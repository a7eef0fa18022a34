using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>
/// The task that gives the disk back which blobs take that can be fetched again. Source: Pulp's REST: reclaim.
/// </summary>
/// <param name="Repositories">What only these hold; null for all.</param>
/// <param name="Kept">Versions whose blobs stay: repositories, each with a number.</param>
public sealed record Reclaim(Guid[]? Repositories, KeptVersion[] Kept)
{
    public const string Kind = "repositories.reclaim";

    public TaskRequest Ask() => new(
        Kind,
        TaskJson.Write(this),
        [],
        [.. (Repositories ?? []).Select(repository => Reservation.Of(ResourceKind.Repository, repository))]);
}

/// <summary>A version whose blobs stay.</summary>
public sealed record KeptVersion(Guid Repository, int Number);

/// <summary>Blobs whose bytes can be given up, because a remote has them.</summary>
public interface IReclaimStore
{
    /// <summary>
    /// Blobs that came from a remote and that nothing else needs here, in byte order of their digests after the last one.
    /// </summary>
    Task<IReadOnlyList<Digest>> FindAsync(
        Reclaim wish, Digest? last, int limit, CancellationToken cancellationToken = default);

    /// <summary>Deletes the bytes of one, unless something needs them by now; it is promised from then on.</summary>
    /// <returns>How many bytes that freed.</returns>
    Task<long> ReclaimAsync(Reclaim wish, Digest digest, CancellationToken cancellationToken = default);
}
