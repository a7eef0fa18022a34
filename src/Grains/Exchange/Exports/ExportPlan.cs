using OrleansRegistry.Bundles;

namespace OrleansRegistry.Exchange;

/// <summary>What a bundle will hold: its lists, written already, and what its document states.</summary>
internal sealed class ExportPlan(
    IReadOnlyList<ExportedRepository> repositories, ExportedContent content, ExportSpool spool) : IAsyncDisposable
{
    public IReadOnlyList<ExportedRepository> Repositories => repositories;

    public ExportedContent Content => content;

    public ExportSpool Spool => spool;

    public Dictionary<string, string> MediaTypes { get; } = [];

    public List<string> AlsoBlobs { get; } = [];

    public BundleLedger Ledger { get; } = new();

    public ValueTask DisposeAsync() => spool.DisposeAsync();
}
