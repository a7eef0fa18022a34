using System.Collections.Concurrent;
using Orleans.Runtime.Placement;

namespace OrleansRegistry.Signing;

/// <summary>Signs many manifests over all nodes: each node takes piece after piece, and a node that dies loses only those.</summary>
internal sealed class SigningCampaign(IGrainFactory grains, ISiloStatusOracle silos, SigningThreads threads)
{
    // Twice the threads: while one piece is stored, another one is signed.
    private const int LinesPerThread = 2;

    // Until a dead node is known to be dead, its pieces come back. It takes ten seconds at most.
    private const int MostTries = 100;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    // A cluster may have no node that takes anything, for a moment or for good.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <param name="work">What is to be signed.</param>
    /// <param name="done">Told of every piece that is done.</param>
    /// <param name="cancellationToken">Stops the work; what is stored stays.</param>
    public async Task SignAsync(SigningWork work, Func<SignedChunk, Task> done, CancellationToken cancellationToken)
    {
        var open = new ConcurrentQueue<Piece>(work.Chunks.Select(chunk => new Piece(chunk, 0)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (!open.IsEmpty)
        {
            stop.Token.ThrowIfCancellationRequested();
            var lines = from silo in silos.GetApproximateSiloStatuses(onlyActive: true).Keys
                        from line in Enumerable.Range(0, threads.Count * LinesPerThread)
                        select WorkAsync(silo, work.Lines, line, open, done, stop);
            await Task.WhenAll(lines.Append(Task.Delay(BetweenLooks, stop.Token)).ToList());
        }
    }

    private async Task WorkAsync(
        SiloAddress silo,
        string lines,
        int line,
        ConcurrentQueue<Piece> open,
        Func<SignedChunk, Task> done,
        CancellationTokenSource stop)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        while (open.TryDequeue(out var piece))
            try
            {
                var signer = grains.Signer(silo.ToString(), lines, line);
                await done(await signer.SignAsync(piece.Chunk, stop.Token));
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

    private sealed record Piece(SigningChunk Chunk, int Tries);
}
