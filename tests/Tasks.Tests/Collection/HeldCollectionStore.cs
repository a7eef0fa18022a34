using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>What happens before a collection looks at what is pending, and what fails.</summary>
public sealed class CollectionStage
{
    public Func<CancellationToken, Task> BeforePending { get; set; } = _ => Task.CompletedTask;

    /// <summary>The folder whose files cannot be deleted; null for none.</summary>
    public int? Sealed { get; set; }
}

/// <summary>A store that a collection reaches through a stage.</summary>
public sealed class HeldCollectionStore(ICollectionStore store, CollectionStage stage) : ICollectionStore
{
    public int BlobFolders => store.BlobFolders;

    public Task<IReadOnlyList<UnusedName>> FindUnusedAsync(
        DateTimeOffset before, Guid after, int limit, CancellationToken cancellationToken) =>
        store.FindUnusedAsync(before, after, limit, cancellationToken);

    public Task<bool> DropUnusedAsync(UnusedName unused, DateTimeOffset before, CancellationToken cancellationToken) =>
        store.DropUnusedAsync(unused, before, cancellationToken);

    public async Task<int> DropPendingAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        await stage.BeforePending(cancellationToken);
        return await store.DropPendingAsync(before, limit, cancellationToken);
    }

    public Task<OrphanPage> FindOrphansAsync(
        ContentKind kind, DateTimeOffset before, Guid after, int window, CancellationToken cancellationToken) =>
        store.FindOrphansAsync(kind, before, after, window, cancellationToken);

    public Task<bool> CollectUnitAsync(Guid id, DateTimeOffset before, CancellationToken cancellationToken) =>
        store.CollectUnitAsync(id, before, cancellationToken);

    public Task<bool> CollectManifestAsync(Digest digest, DateTimeOffset before, CancellationToken cancellationToken) =>
        store.CollectManifestAsync(digest, before, cancellationToken);

    public Task<long?> CollectBlobAsync(Digest digest, DateTimeOffset before, CancellationToken cancellationToken) =>
        store.CollectBlobAsync(digest, before, cancellationToken);

    public Task<long> CollectStrayFilesAsync(int folder, DateTimeOffset before, CancellationToken cancellationToken) =>
        folder == stage.Sealed
            ? Task.FromException<long>(new UnauthorizedAccessException("The folder is sealed."))
            : store.CollectStrayFilesAsync(folder, before, cancellationToken);
}
