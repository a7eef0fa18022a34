using OrleansRegistry.Distributions;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IDistributionSettingsStore"/>
public sealed class DistributionSettingsStore(IDatabase database, TimeProvider clock) : IDistributionSettingsStore
{
    public Task CreateAsync(Guid id, DistributionSettings settings, CancellationToken cancellationToken) =>
        NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var now = clock.GetUtcNow();
                    return await session.ExecuteBatchAsync(
                        [
                            NamespaceRows.Ensure(settings.BasePath, now),
                            new(
                                """
                                insert into distribution (
                                  id, name, base_path, repository_id, pinned_version, private, hidden, description,
                                  namespace_id, created_at, updated_at)
                                select @id, @name, @path, @repository, @pinned, @private, @hidden, @description,
                                  n.id, @now, @now from namespace n where n.name = @namespace
                                on conflict (id) do nothing
                                """,
                                [("id", id), ("now", now), .. Values(settings)]),
                            .. LabelStore.Replace(id, settings.Labels),
                        ],
                        cancellationToken);
                },
                cancellationToken),
            settings.Name);

    public Task<string?> UpdateAsync(Guid id, DistributionSettings settings, CancellationToken cancellationToken) =>
        NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var now = clock.GetUtcNow();
                    var before = await session.QueryAsync(
                        new("select base_path from distribution where id = @id", ("id", id)),
                        row => row.String(0),
                        cancellationToken);
                    if (before.Count == 0)
                        return null;
                    await session.ExecuteBatchAsync(
                        [
                            NamespaceRows.Ensure(settings.BasePath, now),
                            new(
                                """
                                update distribution set name = @name, base_path = @path, repository_id = @repository,
                                  pinned_version = @pinned, private = @private, hidden = @hidden,
                                  description = @description, updated_at = @now,
                                  namespace_id = (select n.id from namespace n where n.name = @namespace)
                                where id = @id
                                """,
                                [("id", id), ("now", now), .. Values(settings)]),
                            .. LabelStore.Replace(id, settings.Labels),
                        ],
                        cancellationToken);
                    return before[0];
                },
                cancellationToken),
            settings.Name);

    public Task<DeletedDistribution?> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var found = await session.QueryAsync(
                    new(
                        """
                        select d.base_path,
                          case when d.pinned_version is null and not exists (
                            select 1 from distribution o where o.repository_id = d.repository_id and o.id <> d.id)
                          then d.repository_id end
                        from distribution d where d.id = @id
                        """,
                        ("id", id)),
                    row => new DeletedDistribution(row.String(0), row.GuidOrNull(1)),
                    cancellationToken);
                if (found.Count == 0)
                    return null;
                await session.ExecuteBatchAsync(
                    [
                        new("delete from distribution where id = @id", ("id", id)),
                        .. LabelStore.Replace(id, []),
                    ],
                    cancellationToken);
                if (found[0].Repository is { } repository)
                    await RepositoryStore.DeleteAsync(session, repository, cancellationToken);
                return found[0];
            },
            cancellationToken);

    private static (string, object?)[] Values(DistributionSettings settings) =>
    [
        ("name", settings.Name),
        ("path", settings.BasePath),
        ("repository", settings.Repository),
        ("pinned", settings.PinnedVersion),
        ("private", settings.Private),
        ("hidden", settings.Hidden),
        ("description", settings.Description),
        ("namespace", NamespaceRows.Of(settings.BasePath)),
    ];
}
