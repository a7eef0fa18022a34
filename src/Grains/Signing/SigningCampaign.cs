using OrleansRegistry.Hosting;

namespace OrleansRegistry.Signing;

/// <summary>Signs many manifests over all nodes.</summary>
internal sealed class SigningCampaign(IGrainFactory grains, NodeLines nodes, SigningThreads threads)
{
    // Twice the threads: while one piece is stored, another one is signed.
    private const int LinesPerThread = 2;

    /// <param name="work">What is to be signed.</param>
    /// <param name="done">Told of every piece that is done.</param>
    /// <param name="cancellationToken">Stops the work; what is stored stays.</param>
    public Task SignAsync(SigningWork work, Func<SignedChunk, Task> done, CancellationToken cancellationToken) =>
        nodes.WorkAsync(
            work.Chunks,
            threads.Count * LinesPerThread,
            async (node, line, chunk, stopping) =>
                await done(await grains.Signer(node, work.Lines, line).SignAsync(chunk, stopping)),
            cancellationToken);
}
