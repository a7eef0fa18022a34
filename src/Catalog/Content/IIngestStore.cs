using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Content;

/// <summary>
/// Content that long work brings for a repository, gathered in batches until <see cref="IngestContent"/> makes one version
/// of it. What is gathered is kept from collection. A gathering has the id of the task that works on it.
/// </summary>
/// <remarks>
/// Batches may be repeated, and come in any order, but for a signature, whose manifest is stored before it or with it. A
/// tag that comes twice is the later one. What a task left behind that is over goes with the next collection.
/// </remarks>
public interface IIngestStore
{
    /// <summary>The most units that a batch may have. Their bytes are for the caller to bound.</summary>
    const int MostPerBatch = 1000;

    /// <summary>Stores what the server does not have yet, and gathers all of it, in one transaction.</summary>
    /// <exception cref="ProblemException">A blob is not on this server; or a signature's manifest is not.</exception>
    Task AddAsync(Guid ingest, IngestBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Which of those manifests are gathered.</summary>
    Task<IReadOnlyList<Digest>> GatheredAsync(
        Guid ingest, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);

    /// <summary>What would have to change for the newest version of a repository to hold what was gathered.</summary>
    /// <param name="ingest">The gathering.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="mirror">True where it is to hold nothing else.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where nothing of that id is gathered.</returns>
    Task<IngestDifference?> CompareAsync(
        Guid ingest, Guid repository, bool mirror, CancellationToken cancellationToken = default);

    /// <summary>Lets go of what was gathered: what no version took up is collected as everything else.</summary>
    Task DropAsync(Guid ingest, CancellationToken cancellationToken = default);
}

/// <summary>Content to gather. Manifests, tags and signatures are stored.</summary>
public sealed record IngestBatch
{
    public IReadOnlyCollection<Manifest> Manifests { get; init; } = [];

    /// <summary>What is on the server already: blobs always are, all others may be.</summary>
    public IReadOnlyCollection<ContentUnit> Known { get; init; } = [];

    public IReadOnlyCollection<(Tag Name, Digest Manifest)> Tags { get; init; } = [];

    public IReadOnlyCollection<Signature> Signatures { get; init; } = [];

    public int Count => Manifests.Count + Known.Count + Tags.Count + Signatures.Count;
}

/// <summary>How what was gathered differs from what a repository holds.</summary>
/// <param name="Added">Gathered, and not held; tags that point elsewhere among them.</param>
/// <param name="Removed">Held, and in the way: tags that point elsewhere; in a mirror, all that was not gathered.</param>
/// <param name="Missing">
/// What gathered content needs, and would not find in the repository: digests, some of them.
/// </param>
public sealed record IngestDifference(
    IReadOnlyList<StoredUnit> Added, IReadOnlyList<ContentUnit> Removed, IReadOnlyList<Digest> Missing);
