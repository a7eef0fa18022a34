using Orleans.Concurrency;

namespace OrleansRegistry.Collection;

/// <summary>Garbage collection of the whole server: one run at a time, in slices, resumed after a crash.</summary>
[Alias("collector")]
public interface ICollectorGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that collection starts by itself from time to time.</summary>
    [Alias("schedule")]
    Task ScheduleAsync();

    /// <summary>Starts a run, unless one is going on.</summary>
    /// <param name="gracePeriod">How long untouched content is spared, or null for the setting.</param>
    /// <param name="task">The task that asks, by which it recognises its run again; null for nobody's.</param>
    [Alias("start")]
    Task<CollectionProgress> StartAsync(TimeSpan? gracePeriod, Guid? task = null);

    /// <summary>Where the run that goes on, or the last one, stands.</summary>
    [AlwaysInterleave]
    [Alias("get-progress")]
    Task<CollectionProgress> GetProgressAsync();

    /// <summary>Ends a run after its current slice. What it deleted stays deleted.</summary>
    [AlwaysInterleave]
    [Alias("cancel")]
    Task CancelAsync();
}

/// <summary>Where a collection stands.</summary>
/// <param name="Phase">What is being collected; <see cref="CollectionPhase.Idle"/> where no run goes on.</param>
/// <param name="StartedAt">When the run began; null where there never was one.</param>
/// <param name="FinishedAt">When it ended; null while it goes on.</param>
/// <param name="Counts">What it deleted so far.</param>
/// <param name="TaskId">The task that asked for it; null where it began by itself.</param>
[GenerateSerializer]
[Immutable]
[Alias("collection-progress")]
public sealed record CollectionProgress(
    [property: Id(0)] CollectionPhase Phase,
    [property: Id(1)] DateTimeOffset? StartedAt,
    [property: Id(2)] DateTimeOffset? FinishedAt,
    [property: Id(3)] CollectionCounts Counts,
    [property: Id(4)] Guid? TaskId = null);

/// <summary>What a collection deleted. <c>BytesFreed</c> counts files of blobs.</summary>
[GenerateSerializer]
[Immutable]
[Alias("collection-counts")]
public sealed record CollectionCounts(
    [property: Id(0)] int Uploads,
    [property: Id(1)] int Pending,
    [property: Id(2)] int Signatures,
    [property: Id(3)] int Tags,
    [property: Id(4)] int Manifests,
    [property: Id(5)] int Blobs,
    [property: Id(6)] long BytesFreed)
{
    /// <summary>Nothing yet.</summary>
    public static CollectionCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0);
}

/// <summary>The steps of a collection, in order: what holds other content goes before what it holds.</summary>
[GenerateSerializer]
[Alias("collection-phase")]
public enum CollectionPhase
{
    /// <summary>No run goes on.</summary>
    Idle,

    /// <summary>Uploads that were abandoned.</summary>
    Uploads,

    /// <summary>Blobs that arrived, and that no manifest took up.</summary>
    Pending,

    /// <summary>Signatures that no repository holds.</summary>
    Signatures,

    /// <summary>Tags that no repository holds.</summary>
    Tags,

    /// <summary>Manifests that no repository and no index holds, with their signatures.</summary>
    Manifests,

    /// <summary>Blobs that no repository and no manifest holds, with their files.</summary>
    Blobs,

    /// <summary>Files without a record.</summary>
    StrayFiles,

    /// <summary>Repositories that a first push made, and in which nothing ever arrived.</summary>
    UnusedNames,
}
