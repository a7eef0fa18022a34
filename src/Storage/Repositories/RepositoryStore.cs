using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IRepositoryStore"/>
public sealed class RepositoryStore(IDatabase database, TimeProvider clock) : IRepositoryStore
{
    private const int RowsPerSlice = 2000;

    private readonly string _lockDeleted = $"""
        select id from deleted_repository where @any or id = @id
        order by deleted_at, id limit 1{database.Dialect.ForUpdate}
        """;

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
                                  retain_repo_versions, retain_checkpoints, signing_service_id, sync_schedule,
                                  sync_mirror, sync_signed_only, allow_sparse_indexes,
                                  sign_on_push_id, sign_on_push_user_id, sign_on_push_host, accept_id, accept_minutes,
                                  accept_host)
                                values (
                                  @id, @name, 0, @now, @now, @description, @remote_id, @retain_repo_versions,
                                  @retain_checkpoints, @signing_service_id, @sync_schedule, @sync_mirror,
                                  @sync_signed_only, @allow_sparse_indexes,
                                  @sign_on_push_id, @sign_on_push_user_id, @sign_on_push_host, @accept_id,
                                  @accept_minutes, @accept_host)
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
                            .. TrustRows.Moved(settings.Accept is not null),
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
        var begins = before.SignOnPush is null && after.SignOnPush is not null // with what comes from now on
            ? "signed_head = head, signing_head = head, "
            : "";
        if (before.Accept is null && after.Accept is not null)
            begins += "accepted_head = head, ";
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var changed = await session.ExecuteAsync(
                        new(
                            $"update repository set {ChangedColumns.Assignments(changes)}{begins}updated_at = @now where id = @id",
                            [("id", id), ("now", clock.GetUtcNow()), .. changes]),
                        cancellationToken);
                    if (changed == 1)
                        await session.ExecuteBatchAsync(
                            [
                                .. ChangedColumns.LabelsOf(id, before.Labels, after.Labels),
                                .. TrustRows.Moved(before.Accept != after.Accept),
                            ],
                            cancellationToken);
                    return changed == 1;
                },
                cancellationToken),
            after.Name);
    }

    public Task AllowSparseIndexesAsync(Guid id, CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteAsync(
            new(
                "update repository set allow_sparse_indexes = @yes, updated_at = @now where id = @id and allow_sparse_indexes <> @yes",
                ("yes", true), ("now", clock.GetUtcNow()), ("id", id)),
            cancellationToken),
        cancellationToken);

    public async Task<IReadOnlyList<string>> BasePathsOfAsync(Guid id, CancellationToken cancellationToken) =>
        await database.QueryAsync(BasePathsOf(id), row => row.String(0), cancellationToken);

    public Task<IReadOnlyList<string>> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                await RefusePinnedAsync(session, id, cancellationToken);
                var served = await session.QueryAsync(BasePathsOf(id), row => row.String(0), cancellationToken);
                await DeleteAsync(session, id, clock.GetUtcNow(), cancellationToken);
                return served;
            },
            cancellationToken);

    public Task<bool> SweepAsync(Guid? id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                // The lock lets nobody else count the repository as swept while rows of it are being deleted here.
                var deleted = await session.QueryAsync(
                    new(_lockDeleted, ("any", id is null), ("id", id ?? Guid.Empty)),
                    row => row.Guid(0),
                    cancellationToken);
                if (deleted.Count == 0)
                    return false;
                foreach (var slice in (string[])[SliceOf("repository_content", "kind, key, version_added"),
                    SliceOf("repository_version", "number")])
                    if (await session.ExecuteAsync(
                        new(slice, ("id", deleted[0]), ("limit", RowsPerSlice)), cancellationToken) == RowsPerSlice)
                        return true;
                await session.ExecuteAsync(
                    new("delete from deleted_repository where id = @id", ("id", deleted[0])), cancellationToken);
                return id is null;
            },
            cancellationToken);

    internal static ValueTask<IReadOnlyList<int>> DeleteAsync(
        ISession session, Guid id, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ExecuteBatchAsync(
            [
                new("update distribution set pinned_version = null where repository_id = @id", ("id", id)),
                new(
                    """
                    insert into deleted_repository (id, deleted_at) select id, @now from repository where id = @id
                    on conflict (id) do nothing
                    """,
                    ("id", id), ("now", now)),
                new("delete from repository where id = @id", ("id", id)),
                .. LabelStore.Replace(id, []),
            ],
            cancellationToken);

    private static string SliceOf(string table, string key) => $"""
        delete from {table} where (repository_id, {key}) in (
          select repository_id, {key} from {table} where repository_id = @id limit @limit)
        """;

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
        ("sync_schedule", settings.SyncSchedule),
        ("sync_mirror", settings.SyncMirrors),
        ("sync_signed_only", settings.SyncsSignedOnly),
        ("allow_sparse_indexes", settings.AllowsSparseIndexes),
        ("sign_on_push_id", settings.SignOnPush?.Service),
        ("sign_on_push_user_id", settings.SignOnPush?.By),
        ("sign_on_push_host", settings.SignOnPush?.Host),
        ("accept_id", settings.Accept?.Policy),
        ("accept_minutes", settings.Accept?.Minutes),
        ("accept_host", settings.Accept?.Host),
    ];
}
