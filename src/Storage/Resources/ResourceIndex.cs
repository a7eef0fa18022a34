using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IResourceIndex"/>
internal sealed class ResourceIndex(IDatabase database) : IResourceIndex
{
    public async Task<IReadOnlyList<ResourceReference>> FindMissingAsync(
        IReadOnlyCollection<ResourceReference> resources, CancellationToken cancellationToken)
    {
        var missing = new List<ResourceReference>();
        foreach (var kind in resources.GroupBy(resource => resource.Kind))
        {
            var found = kind.Key switch
            {
                ResourceKind.RepositoryVersion => await FindVersionsAsync([.. kind], cancellationToken),
                ResourceKind.Export => await FindInnerAsync("export", "exporter_id", [.. kind], cancellationToken),
                ResourceKind.Import => await FindInnerAsync("import", "importer_id", [.. kind], cancellationToken),
                _ => await FindAsync(kind.Key, [.. kind.Select(resource => resource.Id)], cancellationToken),
            };
            missing.AddRange(kind.Except(found));
        }

        return missing;
    }

    public async Task<ResourceReference?> FindVersionAsync(Guid versionId, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(
                """
                select v.repository_id, v.number from repository_version v join repository r on r.id = v.repository_id
                where v.id = @id
                """,
                ("id", versionId)),
            row => ResourceReference.Version(row.Guid(0), row.Int32(1)),
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    private async Task<IReadOnlyList<ResourceReference>> FindVersionsAsync(
        ResourceReference[] versions, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select v.repository_id, v.number from repository_version v join repository r on r.id = v.repository_id
                where {database.Dialect.In("v.repository_id", "ids")} and {database.Dialect.In("v.number", "numbers")}
                """,
                ("ids", versions.Select(version => version.Id).Distinct().ToArray()),
                ("numbers", versions.Select(version => (long)version.Number).ToArray())),
            row => ResourceReference.Version(row.Guid(0), row.Int32(1)),
            cancellationToken);

    // By the id alone, or by the id below that parent.
    private async Task<IReadOnlyList<ResourceReference>> FindInnerAsync(
        string table, string parent, ResourceReference[] resources, CancellationToken cancellationToken)
    {
        var parents = (await database.QueryAsync(
            new(
                $"select id, {parent} from {table} where {database.Dialect.In("id", "ids")}",
                ("ids", resources.Select(resource => resource.Id).ToArray())),
            row => KeyValuePair.Create(row.Guid(0), row.Guid(1)),
            cancellationToken)).ToDictionary();
        return
        [
            .. resources.Where(resource => parents.TryGetValue(resource.Id, out var actual)
                && (resource.Parent is null || resource.Parent == actual)),
        ];
    }

    private async Task<IReadOnlyList<ResourceReference>> FindAsync(
        ResourceKind kind, Guid[] ids, CancellationToken cancellationToken)
    {
        var (table, key) = kind switch
        {
            ResourceKind.Repository => ("repository", "id"),
            ResourceKind.Remote => (RemoteLists.OfRepositories, "id"),
            ResourceKind.PullThroughRemote => (RemoteLists.OfRegistries, "id"),
            ResourceKind.PullThroughDistribution => ("pull_through", "id"),
            ResourceKind.Distribution => ("distribution", "id"),
            ResourceKind.Namespace => ("namespace", "id"),
            ResourceKind.SigningService => ("signing_service", "id"),
            ResourceKind.SigningKey => ("signing_key", "id"),
            ResourceKind.KeyRevocation => ("revocation", "id"),
            ResourceKind.Task => ("task", "id"),
            ResourceKind.TaskGroup => ("task_group", "id"),
            ResourceKind.User => ("account", "id"),
            ResourceKind.TrustPolicy => ("trust_policy", "id"),
            ResourceKind.TrustAudit => ("trust_audit", "id"),
            ResourceKind.Exporter => ("exporter", "id"),
            ResourceKind.Importer => ("importer", "id"),
            ResourceKind.Blob or ResourceKind.Artifact => ("blob", "content_id"),
            ResourceKind.Manifest => ("manifest", "content_id"),
            ResourceKind.Tag => ("tag", "content_id"),
            ResourceKind.Signature => ("signature", "content_id"),
            _ => default,
        };
        return table is null
            ? []
            : await database.QueryAsync(
                new($"select {key} from {table} where {database.Dialect.In(key, "ids")}", ("ids", ids)),
                row => new ResourceReference(kind, row.Guid(0)),
                cancellationToken);
    }
}
