using OrleansRegistry.Distributions;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="INamespaceStore"/>
public sealed class NamespaceStore(IDatabase database, TimeProvider clock) : INamespaceStore
{
    public Task<Guid> CreateAsync(
        string name, Labels labels, Guid? trustPolicy, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return RefuseVanishedAsync(name, () => NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteBatchAsync(
                        [
                            new(
                                """
                                insert into namespace (id, name, created_at, trust_policy_id)
                                values (@id, @name, @now, @trust_policy)
                                """,
                                ("id", id), ("name", name), ("now", clock.GetUtcNow()), ("trust_policy", trustPolicy)),
                            .. LabelStore.Replace(id, labels),
                            .. TrustRows.Moved(trustPolicy is not null),
                        ],
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            name));
    }

    public Task TrustAsync(Guid id, Guid? trustPolicy, CancellationToken cancellationToken) => RefuseVanishedAsync(
        id.ToString(),
        () => database.TransactAsync(
            async session =>
            {
                var changed = await session.ExecuteAsync(
                    new(
                        "update namespace set trust_policy_id = @trust_policy where id = @id",
                        ("id", id), ("trust_policy", trustPolicy)),
                    cancellationToken);
                if (changed == 0)
                    throw new ProblemException(
                        ProblemKind.NameUnknown, "The namespace does not exist any more.", id.ToString());
                await session.ExecuteBatchAsync([.. TrustRows.Moved(true)], cancellationToken);
                return true;
            },
            cancellationToken));

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
                await session.ExecuteAsync(TrustRows.MovedWith("namespace", id), cancellationToken);
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

    private static Task<T> RefuseVanishedAsync<T>(string subject, Func<Task<T>> change) =>
        VanishedRows.RefuseAsync(change, ProblemKind.NameUnknown, TrustRows.Vanished, subject);
}
