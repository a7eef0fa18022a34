using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage.Tests;

/// <summary>One whole collection by the port, in the order that the server takes.</summary>
internal static class CollectionRun
{
    /// <summary>Collects what nothing holds and was not touched since that moment. Returns the bytes freed.</summary>
    public static async Task<long> RunAsync(this ICollectionStore store, DateTimeOffset before)
    {
        var freed = await ContentAsync(store, before);
        for (var folder = 0; folder < store.BlobFolders; folder++)
            freed += await store.CollectStrayFilesAsync(folder, before);
        return freed;
    }

    /// <summary>All of it but files without a record.</summary>
    public static async Task<long> ContentAsync(this ICollectionStore store, DateTimeOffset before)
    {
        while (await store.DropPendingAsync(before, 100) >= 100)
        {
        }

        foreach (var kind in new[] { ContentKind.Signature, ContentKind.Tag })
            await EachAsync(store, kind, before, orphan => store.CollectUnitAsync(orphan.Id, before));
        while (await EachAsync(
            store, ContentKind.Manifest, before,
            orphan => store.CollectManifestAsync(Digest.Parse(orphan.Key), before)))
        {
        }

        var freed = 0L;
        await EachAsync(store, ContentKind.Blob, before, async orphan =>
        {
            var bytes = await store.CollectBlobAsync(Digest.Parse(orphan.Key), before);
            freed += bytes ?? 0;
            return bytes is not null;
        });
        return freed;
    }

    /// <summary>What nothing holds, of one kind: digests, or names with digests.</summary>
    public static async Task<HashSet<string>> OrphansAsync(
        this ICollectionStore store, ContentKind kind, DateTimeOffset before)
    {
        var orphans = new HashSet<string>();
        await EachAsync(store, kind, before, orphan => Task.FromResult(orphans.Add(orphan.Key)));
        return orphans;
    }

    // Windows are small, so that several are looked at.
    private static async Task<bool> EachAsync(
        ICollectionStore store, ContentKind kind, DateTimeOffset before, Func<Orphan, Task<bool>> collect)
    {
        var any = false;
        for (Guid? after = Guid.Empty; after is { } start;)
        {
            var page = await store.FindOrphansAsync(kind, before, start, 7);
            foreach (var orphan in page.Orphans)
                any |= await collect(orphan);
            after = page.Next;
        }

        return any;
    }
}
