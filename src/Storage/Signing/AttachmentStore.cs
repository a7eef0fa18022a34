using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IAttachmentStore"/>
public sealed class AttachmentStore(IDatabase database, ManifestDescriber describer, TimeProvider clock) : IAttachmentStore
{
    private const string Touch = """
        update content set touched_at = @now, doomed = @no where kind = @kind and key = @key
        """;

    private readonly VersionStatements _statements = new(database.Dialect);

    public async Task StoreAsync(
        IReadOnlyCollection<Manifest> manifests,
        IReadOnlyCollection<ContentUnit> tags,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var described = await describer.DescribeAsync(manifests, cancellationToken);
        var statements = new List<Statement>();
        foreach (var manifest in manifests.OrderBy(one => one.Digest.ToString(), StringComparer.Ordinal))
        {
            Add(ContentKind.Manifest, manifest.Digest.ToString());
            statements.AddRange(_statements.Store(described[manifest.Digest]));
        }

        foreach (var tag in tags.OrderBy(one => one.Identity, StringComparer.Ordinal))
        {
            Add(ContentKind.Tag, tag.Identity);
            statements.AddRange(VersionStatements.Store(tag));
        }

        await database.TransactAsync(
            session => session.ExecuteBatchAsync(statements, cancellationToken), cancellationToken);

        void Add(ContentKind kind, string key)
        {
            statements.Add(VersionStatements.ContentOf(kind, key, now));
            statements.Add(new(Touch, ("kind", (int)kind), ("key", key), ("now", now), ("no", false)));
        }
    }
}
