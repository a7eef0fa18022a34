using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IDistributionStore"/>
public sealed class DistributionStore(IDatabase database, TimeProvider clock) : IDistributionStore
{
    private const string Find = "select repository_id, pinned_version from distribution where base_path = @path";

    public async Task<Binding?> FindAsync(RepositoryName basePath, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(Find, ("path", basePath.ToString())), Read, cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<Binding> GetOrCreateAsync(
        RepositoryName basePath, bool isPrivate, CancellationToken cancellationToken)
    {
        var name = basePath.ToString();
        var binding = await VanishedRows.RepeatAsync(() => database.TransactAsync(
            async session =>
            {
                var now = clock.GetUtcNow();
                await session.ExecuteBatchAsync(
                    [
                        new(
                            """
                            insert into repository (id, name, head, created_at) values (@id, @name, 0, @now)
                            on conflict (name) do nothing
                            """,
                            ("id", Guid.CreateVersion7()), ("name", name), ("now", now)),
                        new(
                            """
                            insert into repository_version (
                              repository_id, number, created_at,
                              added_blobs, added_manifests, added_tags, added_signatures,
                              removed_blobs, removed_manifests, removed_tags, removed_signatures,
                              present_blobs, present_manifests, present_tags, present_signatures)
                            select id, 0, @now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from repository where name = @name
                            on conflict do nothing
                            """,
                            ("name", name), ("now", now)),
                        NamespaceRows.Ensure(name, now),
                        new(
                            """
                            insert into distribution (
                              id, name, base_path, repository_id, namespace_id, created_at, private)
                            select @id, @name, @name, r.id, n.id, @now, @private from repository r, namespace n
                            where r.name = @name and n.name = @namespace
                            on conflict do nothing
                            """,
                            ("id", Guid.CreateVersion7()), ("name", name), ("namespace", NamespaceRows.Of(name)),
                            ("now", now), ("private", isPrivate)),
                    ],
                    cancellationToken);
                var found = await session.QueryAsync(new(Find, ("path", name)), Read, cancellationToken);
                return found.SingleOrDefault();
            },
            cancellationToken));
        return binding ?? throw new ProblemException(
            ProblemKind.NameUnknown,
            "A distribution of that name or path exists, and serves no repository; bind it to one first.",
            name);
    }

    public async Task<IReadOnlyList<string>> ListAsync(
        string? last, int limit, CatalogReader reader, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select d.base_path from distribution d join repository r on r.id = d.repository_id
                left join namespace n on n.id = d.namespace_id
                where d.base_path > @last and r.head > 0 and (@all or not d.private or n.name = @own)
                order by d.base_path limit @limit
                """,
                ("last", last ?? ""), ("limit", limit), ("all", reader.SeesAll), ("own", reader.OwnNamespace)),
            row => row.String(0),
            cancellationToken);

    private static Binding? Read(Row row) =>
        row.GuidOrNull(0) is { } repository ? new(repository, row.Int32OrNull(1)) : null;
}
