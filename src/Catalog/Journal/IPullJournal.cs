using OrleansRegistry.Oci;

namespace OrleansRegistry.Journal;

/// <summary>Who pulled what, as this node writes it down: in batches, beside the pulls.</summary>
public interface IPullJournal
{
    /// <summary>Takes note of a pull. It never waits, and never fails: what there is no room for is counted and left out.</summary>
    void Record(Pull pull);

    /// <summary>
    /// Writes down what this node took note of until now; other nodes do so within a second or two. For who is about to
    /// read the journal.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The catalogue is away; what was to be written waits.</exception>
    Task FlushAsync(CancellationToken cancellationToken = default);
}

/// <summary>The journal of pulls in the catalogue. Nodes write to it at the same time.</summary>
public interface IPullStore
{
    /// <summary>Adds pulls to those of the same keys, of which there is one entry each.</summary>
    Task AddAsync(IReadOnlyCollection<PullEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>Deletes the rows of that day and of those before. Returns how many, the limit where there may be more.</summary>
    Task<int> ForgetAsync(DateOnly day, int limit, CancellationToken cancellationToken = default);
}

/// <summary>Who pulled some images.</summary>
public interface IPullReader
{
    /// <summary>The rows of those manifests since that day, by their ids, after one of them. Rows that come meanwhile may be missed.</summary>
    Task<IReadOnlyList<PullRecord>> ListAsync(
        IReadOnlyCollection<Digest> manifests, DateOnly since, Guid? after, int limit,
        CancellationToken cancellationToken = default);
}
