using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>One immutable, numbered state of a repository. Number 0 is the empty beginning.</summary>
public sealed record RepositoryVersion(
    int Number, DateTimeOffset CreatedAt, ContentCounts Added, ContentCounts Removed, ContentCounts Present)
{
    /// <summary>The highest number that its repository ever gave: above its own where newer versions were deleted.</summary>
    public int HighestNumber
    {
        get => Math.Max(Number, field);
        init;
    }

    /// <summary>How many versions its repository keeps, or null for all.</summary>
    public int? Retain { get; init; }
}

/// <summary>How many units of each kind of content.</summary>
public readonly record struct ContentCounts(int Blobs, int Manifests, int Tags, int Signatures)
{
    public static ContentCounts Of(IEnumerable<ContentUnit> units) =>
        units.Aggregate(default(ContentCounts), (counts, unit) => counts.And(unit.Kind));

    public static ContentCounts operator +(ContentCounts a, ContentCounts b) =>
        new(a.Blobs + b.Blobs, a.Manifests + b.Manifests, a.Tags + b.Tags, a.Signatures + b.Signatures);

    public static ContentCounts operator -(ContentCounts a, ContentCounts b) =>
        new(a.Blobs - b.Blobs, a.Manifests - b.Manifests, a.Tags - b.Tags, a.Signatures - b.Signatures);

    private ContentCounts And(ContentKind kind) => kind switch
    {
        ContentKind.Blob => this with { Blobs = Blobs + 1 },
        ContentKind.Manifest => this with { Manifests = Manifests + 1 },
        ContentKind.Tag => this with { Tags = Tags + 1 },
        ContentKind.Signature => this with { Signatures = Signatures + 1 },
    };
}
