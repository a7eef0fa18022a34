using System.Text.Json.Serialization;

namespace OrleansRegistry.Collection;

/// <summary>Where a collection stands, for whoever goes on with it.</summary>
public sealed class CollectionCursor
{
    public CollectionPhase Phase { get; set; }

    /// <summary>What was touched since then is spared.</summary>
    public DateTimeOffset Before { get; set; }

    /// <summary>The last content that this phase looked at.</summary>
    public Guid After { get; set; }

    /// <summary>The next folder of files.</summary>
    public int Folder { get; set; }

    /// <summary>Whether this pass over the manifests deleted one: then its children may be free now.</summary>
    public bool Again { get; set; }

    public CollectionCounts Counts { get; set; } = CollectionCounts.None;
}

/// <summary>What a collection deleted. <c>BytesFreed</c> counts files of blobs.</summary>
public sealed record CollectionCounts(
    int Uploads, int Pending, int Signatures, int Tags, int Manifests, int Blobs, long BytesFreed)
{
    /// <summary>Nothing yet.</summary>
    public static CollectionCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0);
}

/// <summary>The steps of a collection, in order: what holds other content goes before what it holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CollectionPhase>))]
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
