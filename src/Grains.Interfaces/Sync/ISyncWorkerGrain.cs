namespace OrleansRegistry.Sync;

/// <summary>One of the lines in which a node brings content from other registries. Key: the node and a number.</summary>
[Alias("sync-worker")]
public interface ISyncWorkerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Brings some references, stores what they need, gathers it under the task's id, and says in the catalogue what became
    /// of each. Repeating it brings nothing twice.
    /// </summary>
    /// <exception cref="ProblemException">The upstream answers no more, or there is no room to store what it sends.</exception>
    [Alias("bring")]
    [ResponseTimeout("12:00:00")]
    Task<SyncedChunk> BringAsync(SyncChunk chunk, CancellationToken cancellationToken = default);
}

/// <summary>A piece of work.</summary>
/// <param name="Task">For which task.</param>
/// <param name="Repository">What is synchronised.</param>
/// <param name="Remote">Where from.</param>
/// <param name="Keeps">True where what cannot be brought stays as the repository has it, for all else is going to leave.</param>
/// <param name="SignedOnly">True where only signed images are wanted.</param>
/// <param name="Companions">True for tags that are wanted where what they speak of is gathered.</param>
/// <param name="References">Tags and digests.</param>
/// <param name="Share">Among so many nodes the limits of the remote are divided.</param>
[GenerateSerializer]
[Immutable]
[Alias("sync-chunk")]
public sealed record SyncChunk(
    [property: Id(0)] Guid Task,
    [property: Id(1)] Guid Repository,
    [property: Id(2)] Guid Remote,
    [property: Id(3)] bool Keeps,
    [property: Id(4)] bool SignedOnly,
    [property: Id(5)] bool Companions,
    [property: Id(6)] string[] References,
    [property: Id(7)] int Share)
{
    /// <summary>True where an image counts as brought only with all that speaks of it.</summary>
    [Id(8)]
    public bool Strict { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Settled">Of how many references it is known now what became of them.</param>
/// <param name="Gathered">How many of them are gathered.</param>
/// <param name="Blobs">How many blobs were downloaded.</param>
[GenerateSerializer]
[Immutable]
[Alias("synced-chunk")]
public sealed record SyncedChunk(
    [property: Id(0)] int Settled, [property: Id(1)] int Gathered, [property: Id(2)] long Blobs);
