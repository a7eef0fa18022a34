namespace OrleansRegistry.Collection;

/// <summary>Where a collection stands, for whoever goes on with it.</summary>
[GenerateSerializer]
[Alias("collector-state")]
public sealed class CollectorState
{
    [Id(0)]
    public CollectionPhase Phase { get; set; }

    [Id(1)]
    public DateTimeOffset? StartedAt { get; set; }

    [Id(2)]
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>What was touched since then is spared.</summary>
    [Id(3)]
    public DateTimeOffset Before { get; set; }

    /// <summary>The last content that this phase looked at.</summary>
    [Id(4)]
    public Guid After { get; set; }

    /// <summary>The next folder of files.</summary>
    [Id(5)]
    public int Folder { get; set; }

    /// <summary>Whether this pass over the manifests deleted one: then its children may be free now.</summary>
    [Id(6)]
    public bool Again { get; set; }

    [Id(7)]
    public CollectionCounts Counts { get; set; } = CollectionCounts.None;

    /// <summary>The task that asked for this run; null where it began by itself.</summary>
    [Id(8)]
    public Guid? TaskId { get; set; }
}
