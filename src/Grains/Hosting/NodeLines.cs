using System.Collections.Concurrent;
using Orleans.Runtime.Placement;

namespace OrleansRegistry.Hosting;

/// <summary>Spreads work over all nodes: each node takes piece after piece, and a node that dies loses only those.</summary>
internal sealed class NodeLines(ISiloStatusOracle silos)
{
    // Until a dead node is known to be dead, its pieces come back. It takes ten seconds at most.
    private const int MostTries = 100;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    // A cluster may have no node that takes anything, for a moment or for good.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <param name="pieces">The work, in pieces that may be done twice.</param>
    /// <param name="linesPerNode">How many pieces a node has at a time.</param>
    /// <param name="work">Has one done by the grain of that node and line, which is placed there.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task WorkAsync<TPiece>(
        IEnumerable<TPiece> pieces, int linesPerNode, Func<string, int, TPiece, CancellationToken, Task> work,
        CancellationToken cancellationToken)
    {
        var open = new ConcurrentQueue<Open<TPiece>>(pieces.Select(piece => new Open<TPiece>(piece, 0)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (!open.IsEmpty)
        {
            stop.Token.ThrowIfCancellationRequested();
            var lines = from silo in silos.GetApproximateSiloStatuses(onlyActive: true).Keys
                        from line in Enumerable.Range(0, linesPerNode)
                        select WorkAsync(silo, line, open, work, stop);
            await Task.WhenAll(lines.Append(Task.Delay(BetweenLooks, stop.Token)).ToList());
        }
    }

    private static async Task WorkAsync<TPiece>(
        SiloAddress silo, int line, ConcurrentQueue<Open<TPiece>> open,
        Func<string, int, TPiece, CancellationToken, Task> work, CancellationTokenSource stop)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        while (open.TryDequeue(out var piece))
            try
            {
                await work(silo.ToString(), line, piece.Piece, stop.Token);
            }
            catch (Exception lost) when (lost is SiloUnavailableException or OrleansMessageRejectionException
                or TimeoutException && !stop.IsCancellationRequested)
            {
                if (piece.Tries == MostTries)
                    throw;
                open.Enqueue(piece with { Tries = piece.Tries + 1 });
                await Task.Delay(BetweenTries, stop.Token);
                return; // the lines of other nodes take it up, or the next look at the nodes does
            }
            catch
            {
                await stop.CancelAsync(); // the others need not go on
                throw;
            }
    }

    private sealed record Open<TPiece>(TPiece Piece, int Tries);
}
