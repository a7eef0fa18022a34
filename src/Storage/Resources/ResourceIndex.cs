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
            var found = kind.Key is ResourceKind.RepositoryVersion ? await FindVersionsAsync([.. kind], cancellationToken)
                : ResourceRow.Of(kind.Key) is { } row ? await FindAsync(row, [.. kind], cancellationToken)
                : [];
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

    // By the id alone; or by the id below that parent, where it is named.
    private async Task<IReadOnlyList<ResourceReference>> FindAsync(
        ResourceRow row, ResourceReference[] resources, CancellationToken cancellationToken)
    {
        var found = (await database.QueryAsync(
            new(
                $"select {row.Key}, {row.Above ?? "null"} from {row.From} where {database.Dialect.In(row.Key, "ids")}",
                ("ids", resources.Select(resource => resource.Id).ToArray())),
            one => KeyValuePair.Create(one.Guid(0), one.GuidOrNull(1)),
            cancellationToken)).ToDictionary();
        return
        [
            .. resources.Where(resource => found.TryGetValue(resource.Id, out var parent)
                && (resource.Parent is null || resource.Parent == parent)),
        ];
    }
}
