using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>Gives up the bytes of blobs that can be fetched again, one after the other.</summary>
internal sealed class ReclaimHandler(IReclaimStore store) : ITaskHandler
{
    private const int PerPage = 200;

    public string Kind => Reclaim.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        const string message = "Reclaim disk space", code = "reclaim-space.artifact";
        var wish = context.Read<Reclaim>();
        var (blobs, freed) = (0L, 0L);
        Digest? last = null;
        while (await store.FindAsync(wish, last, PerPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var digest in page)
            {
                var bytes = await store.ReclaimAsync(wish, digest, cancellationToken);
                (blobs, freed) = (blobs + (bytes > 0 ? 1 : 0), freed + bytes);
                await context.ReportAsync(ProgressReport.Running(message, code, blobs), cancellationToken);
            }

            last = page[^1];
        }

        context.Result = TaskJson.Write(new Reclaimed(blobs, freed));
        await context.ReportAsync(ProgressReport.Completed(message, code, blobs), cancellationToken);
    }

    private sealed record Reclaimed(long Blobs, long BytesFreed);
}
