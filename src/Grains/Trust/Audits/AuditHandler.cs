using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>
/// Judges what is stored: name by name, the manifests of each in byte order, in pieces over all nodes. An attempt that follows
/// another one begins with the pieces that were under way; what is written down already stays.
/// </summary>
internal sealed class AuditHandler(IAuditStore audits, NodeLines nodes, IGrainFactory grains) : ITaskHandler
{
    private const int PieceSize = 200;

    // Handed out together; the cursor moves behind them.
    private const int PiecesAtOnce = 64;

    private const string Title = "Judge manifests";
    private const string Code = "trust.audit";

    public string Kind => AuditTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var order = context.Read<AuditOrder>();
        await audits.BeginAsync(order, context.Id, cancellationToken);
        context.AddCreated(new ResourceReference(ResourceKind.TrustAudit, order.Id));
        var standing = context.Resume<Standing>() ?? new(null, null, 0);
        while (true)
        {
            var (pieces, next) = await CutAsync(order.Id, standing, cancellationToken);
            if (pieces.Count == 0)
                break;
            await nodes.WorkAsync(
                pieces, Environment.ProcessorCount,
                (node, line, piece, stopping) => grains.Auditor(node, line).JudgeAsync(piece, stopping), cancellationToken);
            standing = next;
            context.Mark(standing);
            await context.ReportAsync(ProgressReport.Running(Title, Code, standing.Judged), cancellationToken);
        }

        await audits.FinishAsync(order.Id, cancellationToken);
        await context.ReportAsync(ProgressReport.Completed(Title, Code, standing.Judged), cancellationToken);
    }

    private async Task<(List<AuditPiece> Pieces, Standing Next)> CutAsync(
        Guid audit, Standing standing, CancellationToken cancellationToken)
    {
        var pieces = new List<AuditPiece>();
        var name = standing.Name is null ? null : await audits.FindAsync(audit, standing.Name, cancellationToken);
        while (pieces.Count < PiecesAtOnce)
        {
            name ??= await audits.NextAsync(audit, standing.Name, cancellationToken);
            if (name is null)
                break;
            var last = standing.Name == name.Name ? standing.Last : null;
            var manifests = await audits.ManifestsAsync(name.Repository, name.Version, last, PieceSize, cancellationToken);
            if (manifests.Count > 0)
                pieces.Add(new(audit, name.Name, [.. manifests.Select(manifest => manifest.ToString())]));
            standing = new(name.Name, manifests.Count > 0 ? manifests[^1] : last, standing.Judged + manifests.Count);
            if (manifests.Count < PieceSize)
                name = null;
        }

        return (pieces, standing);
    }

    /// <param name="Name">The name that it came to.</param>
    /// <param name="Last">The last manifest there that is judged.</param>
    /// <param name="Judged">How many manifests are.</param>
    private sealed record Standing(string? Name, Digest? Last, long Judged);
}
