using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IAttachmentStore"/>
public sealed class AttachmentStore(IDatabase database, ManifestDescriber describer, TimeProvider clock) : IAttachmentStore
{
    private readonly ContentStatements _statements = new(database.Dialect);

    public async Task StoreAsync(
        IReadOnlyCollection<Manifest> manifests,
        IReadOnlyCollection<ContentUnit> tags,
        CancellationToken cancellationToken)
    {
        var described = await describer.DescribeAsync(manifests, cancellationToken);
        await database.TransactAsync(
            session => session.ExecuteBatchAsync(
                [.. _statements.Store(described, [.. tags.Distinct()], clock.GetUtcNow(), touch: true)], cancellationToken),
            cancellationToken);
    }
}
