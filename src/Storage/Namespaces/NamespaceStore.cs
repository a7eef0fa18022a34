using OrleansRegistry.Distributions;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="INamespaceStore"/>
public sealed class NamespaceStore(IDatabase database, TimeProvider clock) : INamespaceStore
{
    public Task<Guid> CreateAsync(string name, Labels labels, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteBatchAsync(
                        [
                            new(
                                "insert into namespace (id, name, created_at) values (@id, @name, @now)",
                                ("id", id), ("name", name), ("now", clock.GetUtcNow())),
                            .. LabelStore.Replace(id, labels),
                        ],
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            name);
    }

    public async Task<IReadOnlyList<DistributionDeletion>> DistributionsOfAsync(
        Guid id, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select id, base_path, repository_id from distribution where namespace_id = @id order by id", ("id", id)),
            row => new DistributionDeletion(row.Guid(0), row.String(1), row.GuidOrNull(2)),
            cancellationToken);

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var deleted = await session.ExecuteAsync(
                    new(
                        """
                        delete from namespace where id = @id
                        and not exists (select 1 from distribution d where d.namespace_id = @id)
                        """,
                        ("id", id)),
                    cancellationToken);
                if (deleted == 1)
                    await session.ExecuteBatchAsync([.. LabelStore.Replace(id, [])], cancellationToken);
                return deleted == 1;
            },
            cancellationToken);
}
