using Orleans.Runtime.Placement;

namespace OrleansRegistry.Sync;

/// <summary>Brings many references over all nodes: each takes piece after piece, and a node that dies loses only those.</summary>
internal sealed class SyncCampaign(IGrainFactory grains, ISiloStatusOracle silos, ISyncStore syncs)
{
    private const int PieceSize = 50;

    // While one piece is stored, another one is read.
    private const int LinesPerNode = 2;

    // Until a dead node is known to be dead, its pieces come back. It takes ten seconds at most.
    private const int MostTries = 100;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Brings all references of that kind of which nobody has said yet what became of them.</summary>
    /// <param name="piece">What all pieces have in common.</param>
    /// <param name="done">Told of every piece.</param>
    /// <param name="cancellationToken">Stops the work; what is gathered stays.</param>
    /// <returns>How many references are gathered that were not before.</returns>
    public async Task<long> BringAsync(
        SyncChunk piece, Func<SyncedChunk, Task> done, CancellationToken cancellationToken)
    {
        var nodes = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.ToList();
        using var open = new Pending(syncs, piece.Task, piece.Companions ? ReferenceKind.Companion : ReferenceKind.Image);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = from node in nodes
                    from line in Enumerable.Range(0, LinesPerNode)
                    select WorkAsync(node, line, piece with { Share = nodes.Count }, open, done, stop);
        return (await Task.WhenAll(lines.ToList())).Sum();
    }

    private async Task<long> WorkAsync(
        SiloAddress node,
        int line,
        SyncChunk piece,
        Pending open,
        Func<SyncedChunk, Task> done,
        CancellationTokenSource stop)
    {
        var gathered = 0L;
        try
        {
            while (await open.NextAsync(PieceSize, stop.Token) is { Length: > 0 } references)
            {
                var brought = await BringAsync(node, line, piece with { References = references }, stop.Token);
                gathered += brought.Gathered;
                await done(brought);
            }
        }
        catch
        {
            await stop.CancelAsync(); // the others need not go on
            throw;
        }

        return gathered;
    }

    private async Task<SyncedChunk> BringAsync(
        SiloAddress node, int line, SyncChunk piece, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                RequestContext.Set(IPlacementDirector.PlacementHintKey, node);
                return await grains.SyncWorker($"{node}", line).BringAsync(piece, cancellationToken);
            }
            catch (Exception lost) when (attempt < MostTries && lost is SiloUnavailableException or OrleansMessageRejectionException)
            {
                await Task.Delay(BetweenTries, cancellationToken); // the grain comes up on another node
            }
    }

    /// <summary>Hands out references, each once, page by page.</summary>
    private sealed class Pending(ISyncStore syncs, Guid sync, ReferenceKind kind) : IDisposable
    {
        private readonly SemaphoreSlim _turn = new(1);
        private string? _last;

        public async Task<string[]> NextAsync(int count, CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                string[] page = [.. await syncs.PendingAsync(sync, kind, _last, count, cancellationToken)];
                _last = page.LastOrDefault() ?? _last;
                return page;
            }
            finally
            {
                _turn.Release();
            }
        }

        public void Dispose() => _turn.Dispose();
    }
}
