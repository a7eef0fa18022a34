using OrleansRegistry.Content;

namespace OrleansRegistry.Collection;

/// <summary>Collects single units, where nothing holds them.</summary>
public sealed class NamedOrphans(IGrainFactory grains, ICollectionStore store)
{
    private static readonly ContentKind[] Order =
        [ContentKind.Signature, ContentKind.Tag, ContentKind.Manifest, ContentKind.Blob];

    /// <summary>What holds other content before what it holds: an index is younger than its children.</summary>
    public static IEnumerable<StoredUnit> InOrder(IEnumerable<StoredUnit> units) => units
        .OrderBy(unit => Array.IndexOf(Order, unit.Unit.Kind)).ThenByDescending(unit => unit.CreatedAt)
        .ThenByDescending(unit => unit.Id);

    /// <summary>Deletes one unit. False where something holds it, or it was touched since then.</summary>
    public async Task<bool> CollectAsync(StoredUnit unit, DateTimeOffset before, CancellationToken cancellationToken) =>
        unit.Unit.Kind switch
        {
            ContentKind.Manifest => await grains.Manifest(unit.Unit.Digest).CollectAsync(before),
            ContentKind.Blob => await store.CollectBlobAsync(
                unit.Unit.Digest, before, cancellationToken) is not null,
            ContentKind.Tag or ContentKind.Signature => await store.CollectUnitAsync(
                unit.Id, before, cancellationToken),
        };

    public static CollectionCounts Count(CollectionCounts counts, ContentKind kind) => kind switch
    {
        ContentKind.Signature => counts with { Signatures = counts.Signatures + 1 },
        ContentKind.Tag => counts with { Tags = counts.Tags + 1 },
        ContentKind.Manifest => counts with { Manifests = counts.Manifests + 1 },
        ContentKind.Blob => counts with { Blobs = counts.Blobs + 1 },
    };
}
