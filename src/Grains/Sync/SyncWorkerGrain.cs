using Orleans.Placement;

namespace OrleansRegistry.Sync;

/// <inheritdoc cref="ISyncWorkerGrain"/>
/// <remarks>It only keeps the line; the work is done off its scheduler.</remarks>
[RandomPlacement]
internal sealed class SyncWorkerGrain(ChunkSync sync) : Grain, ISyncWorkerGrain
{
    public Task<SyncedChunk> BringAsync(SyncChunk chunk, CancellationToken cancellationToken) =>
        Task.Run(() => sync.BringAsync(chunk, cancellationToken), cancellationToken);
}
