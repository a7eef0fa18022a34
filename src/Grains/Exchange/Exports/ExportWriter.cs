using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Writes the bytes of a bundle that is planned.</summary>
internal sealed class ExportWriter(IExportReader reader, IBlobBytes bytes, IBlobSource source)
{
    // Manifests are small, nearly all of them.
    private const int ManifestsAtOnce = 100;
    private const int MostManifestBytes = 16 * 1024 * 1024;

    /// <exception cref="BundleException">Something is missing, damaged, or not what it was a moment ago.</exception>
    public async Task WriteAsync(
        TaskContext context,
        ExportPlan plan,
        byte[] document,
        byte[] signature,
        ChunkedOutput output,
        CancellationToken cancellationToken)
    {
        const string message = "Exporting blobs", code = "export.artifacts";
        var (done, total) = (0L, plan.Ledger.Blobs);
        await context.ReportAsync(ProgressReport.Running(message, code, done, total), cancellationToken);
        var bundle = await BundleWriter.BeginAsync(output, document, signature, cancellationToken);
        await WriteAsync(bundle, plan.Spool, BundlePart.Layout, cancellationToken);
        await foreach (var blob in plan.Content.Blobs())
        {
            await WriteAsync(bundle, blob, cancellationToken);
            await context.ReportAsync(ProgressReport.Running(message, code, ++done, total), cancellationToken);
        }

        await WriteManifestsAsync(bundle, plan.Content, cancellationToken);
        foreach (var repository in plan.Repositories)
            await foreach (var (path, one) in plan.Content.SignaturesOf(repository))
                await bundle.WriteAsync(path, one.Bytes, cancellationToken);
        await WriteAsync(bundle, plan.Spool, BundlePart.Lists, cancellationToken);
        await bundle.EndAsync(cancellationToken);
        await output.CompleteAsync(cancellationToken);
        await context.ReportAsync(ProgressReport.Completed(message, code, done, total), cancellationToken);
    }

    private static async Task WriteAsync(
        BundleWriter bundle, ExportSpool spool, BundlePart part, CancellationToken cancellationToken)
    {
        foreach (var file in spool.FilesOf(part))
        {
            await using var content = spool.Open(file);
            await bundle.WriteAsync(file, content, cancellationToken);
        }
    }

    private async Task WriteAsync(BundleWriter bundle, Blob blob, CancellationToken cancellationToken)
    {
        await using var open = await bytes.OpenAsync(blob.Digest, cancellationToken)
            ?? await source.FetchAsync(blob, cancellationToken)
            ?? throw new BundleException(
                $"The blob {blob.Digest} is not here, and none of its sources has it. Synchronise its repository, or remove "
                + "what needs it.");
        await using var content = open.ReadAll();
        await bundle.WriteAsync(new(BundlePath.Content(blob.Digest), blob.Size, blob.Digest), content, cancellationToken);
    }

    private async Task WriteManifestsAsync(
        BundleWriter bundle, ExportedContent content, CancellationToken cancellationToken)
    {
        var page = new List<Digest>();
        var size = 0L;
        await foreach (var manifest in content.Manifests())
        {
            page.Add(manifest.Digest);
            size += manifest.Size;
            if (page.Count == ManifestsAtOnce || size > MostManifestBytes)
            {
                await WritePageAsync();
                (page, size) = ([], 0);
            }
        }

        await WritePageAsync();

        async Task WritePageAsync()
        {
            var read = (await reader.ReadAsync(page, cancellationToken)).ToDictionary(manifest => manifest.Digest);
            foreach (var digest in page)
                await bundle.WriteAsync(
                    BundlePath.Content(digest),
                    read.TryGetValue(digest, out var manifest)
                        ? manifest.Bytes
                        : throw new BundleException($"The manifest {digest} is gone."),
                    cancellationToken);
        }
    }
}
