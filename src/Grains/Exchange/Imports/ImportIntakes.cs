using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Exchange;

/// <summary>Opens what stores the content of a bundle.</summary>
internal sealed class ImportIntakes(
    IBlobStore blobs,
    IUploads uploads,
    IIngestStore ingests,
    IContentSets sets,
    IContentReader content,
    ISignatureGate gate,
    IAttribution attribution)
{
    /// <param name="task">The task in whose name content is gathered.</param>
    /// <param name="bundle">The bundle, opened.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ImportIntake> OpenAsync(Guid task, BundleReader bundle, CancellationToken cancellationToken) => new(
        task, bundle, (await gate.AskAsync(cancellationToken)).RequireConfirmed(), blobs, uploads, ingests, sets, content,
        attribution);
}
