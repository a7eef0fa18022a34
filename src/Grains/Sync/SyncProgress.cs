using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>How far a synchronisation is. Source: Pulp's REST: sync, progress reports.</summary>
internal sealed class SyncProgress(TaskContext context, long total) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _settled;
    private long _blobs;

    public async Task AddAsync(SyncedChunk chunk, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _settled += chunk.Settled;
            _blobs += chunk.Blobs;
            await ReportAsync(ProgressReport.Running, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task EndAsync(CancellationToken cancellationToken)
    {
        _settled = total;
        return ReportAsync(ProgressReport.Completed, cancellationToken);
    }

    public void Dispose() => _turn.Dispose();

    private async Task ReportAsync(
        Func<string, string, long, long?, ProgressReport> report, CancellationToken cancellationToken)
    {
        await context.ReportAsync(
            report("Processing Manifests", "sync.processing.manifest", _settled, total), cancellationToken);
        await context.ReportAsync(
            report("Downloading Artifacts", "sync.downloading.artifacts", _blobs, null), cancellationToken);
    }
}
