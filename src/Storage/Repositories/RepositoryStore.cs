using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IRepositoryStore"/>
public sealed class RepositoryStore(IDatabase database, TimeProvider clock) : IRepositoryStore
{
    public Task<Guid> CreateAsync(RepositorySettings settings, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var now = clock.GetUtcNow();
                    await session.ExecuteBatchAsync(
                        [
                            new(
                                """
                                insert into repository (
                                  id, name, head, created_at, updated_at, description, remote_id,
                                  retain_repo_versions, retain_checkpoints, signing_service_id)
                                values (
                                  @id, @name, 0, @now, @now, @description, @remote_id, @retain_repo_versions,
                                  @retain_checkpoints, @signing_service_id)
                                """,
                                [("id", id), ("now", now), .. Columns(settings)]),
                            new(
                                """
                                insert into repository_version (
                                  repository_id, number, created_at,
                                  added_blobs, added_manifests, added_tags, added_signatures,
                                  removed_blobs, removed_manifests, removed_tags, removed_signatures,
                                  present_blobs, present_manifests, present_tags, present_signatures)
                                values (@id, 0, @now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                                """,
                                ("id", id), ("now", now)),
                            .. LabelStore.Replace(id, settings.Labels),
                        ],
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public Task<bool> UpdateAsync(
        Guid id, RepositorySettings before, RepositorySettings after, CancellationToken cancellationToken)
    {
        var changes = ChangedColumns.Between(Columns(before), Columns(after));
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var changed = await session.ExecuteAsync(
                        new(
                            $"update repository set {ChangedColumns.Assignments(changes)}updated_at = @now where id = @id",
                            [("id", id), ("now", clock.GetUtcNow()), .. changes]),
                        cancellationToken);
                    if (changed == 1)
                        await session.ExecuteBatchAsync(
                            [.. ChangedColumns.LabelsOf(id, before.Labels, after.Labels)], cancellationToken);
                    return changed == 1;
                },
                cancellationToken),
            after.Name);
    }

    public async Task<IReadOnlyList<string>> BasePathsOfAsync(Guid id, CancellationToken cancellationToken) =>
        await database.QueryAsync(BasePathsOf(id), row => row.String(0), cancellationToken);

    public Task<IReadOnlyList<string>> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                await RefusePinnedAsync(session, id, cancellationToken);
                return await DeleteAsync(session, id, cancellationToken);
            },
            cancellationToken);

    internal static async ValueTask<IReadOnlyList<string>> DeleteAsync(
        ISession session, Guid id, CancellationToken cancellationToken)
    {
        var served = await session.QueryAsync(BasePathsOf(id), row => row.String(0), cancellationToken);
        await session.ExecuteBatchAsync(
            [
                new("update distribution set pinned_version = null where repository_id = @id", ("id", id)),
                new("delete from repository where id = @id", ("id", id)),
                .. LabelStore.Replace(id, []),
            ],
            cancellationToken);
        return served;
    }

    // Under the lock of the repository, which whoever pins a version takes too.
    private async ValueTask RefusePinnedAsync(ISession session, Guid id, CancellationToken cancellationToken)
    {
        await session.QueryAsync(
            new($"select head from repository where id = @id{database.Dialect.ForUpdate}", ("id", id)),
            row => row.Int32(0),
            cancellationToken);
        var pinned = await session.QueryAsync(
            new(
                """
                select name, pinned_version from distribution
                where repository_id = @id and pinned_version is not null order by name limit 1
                """,
                ("id", id)),
            row => (Name: row.String(0), Version: row.Int32(1)),
            cancellationToken);
        if (pinned is [var served])
            throw new ProblemException(
                ProblemKind.Pinned,
                $"The distribution '{served.Name}' serves version {served.Version} of this repository; bind it to another "
                + "one, or delete it, first.",
                "repository");
    }

    private static Statement BasePathsOf(Guid id) =>
        new("select base_path from distribution where repository_id = @id", ("id", id));

    private static (string, object?)[] Columns(RepositorySettings settings) =>
    [
        ("name", settings.Name),
        ("description", settings.Description),
        ("remote_id", settings.Remote),
        ("retain_repo_versions", settings.RetainVersions),
        ("retain_checkpoints", settings.RetainCheckpoints),
        ("signing_service_id", settings.SigningService),
    ];
}
