using OrleansRegistry.Distributions;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IDistributionSettingsStore"/>
public sealed class DistributionSettingsStore(IDatabase database, TimeProvider clock) : IDistributionSettingsStore
{
    public Task CreateAsync(Guid id, DistributionSettings settings, CancellationToken cancellationToken) =>
        RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await RequireVersionAsync(session, settings, cancellationToken);
                    var now = clock.GetUtcNow();
                    return await session.ExecuteBatchAsync(
                        [
                            NamespaceRows.Ensure(settings.BasePath, now),
                            new(
                                """
                                insert into distribution (
                                  id, name, base_path, repository_id, pinned_version, private, hidden, description,
                                  trust_policy_id, namespace_id, created_at, updated_at)
                                select @id, @name, @base_path, @repository_id, @pinned_version, @private, @hidden,
                                  @description, @trust_policy_id, n.id, @now, @now from namespace n where n.name = @namespace
                                on conflict (id) do nothing
                                """,
                                [
                                    ("id", id), ("now", now), ("namespace", NamespaceRows.Of(settings.BasePath)),
                                    .. Columns(settings),
                                ]),
                            .. LabelStore.Replace(id, settings.Labels),
                            .. TrustRows.Moved(settings.TrustPolicy is not null),
                        ],
                        cancellationToken);
                },
                cancellationToken),
            settings.Name);

    public Task<string?> UpdateAsync(
        Guid id, DistributionSettings before, DistributionSettings after, CancellationToken cancellationToken)
    {
        var changes = ChangesOf(before, after);
        return RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    if (Serves(before) != Serves(after))
                        await RequireVersionAsync(session, after, cancellationToken);
                    var now = clock.GetUtcNow();
                    var paths = await session.QueryAsync(
                        new($"select base_path from distribution where id = @id{database.Dialect.ForUpdate}", ("id", id)),
                        row => row.String(0),
                        cancellationToken);
                    if (paths.Count == 0)
                        return null;
                    await session.ExecuteBatchAsync(
                        [
                            NamespaceRows.Ensure(after.BasePath, now),
                            new(
                                $"update distribution set {ChangedColumns.Assignments(changes)}updated_at = @now where id = @id",
                                [("id", id), ("now", now), .. changes]),
                            new(
                                """
                                update distribution set namespace_id = (select n.id from namespace n where n.name = @namespace)
                                where id = @id and base_path = @path
                                """,
                                ("id", id), ("namespace", NamespaceRows.Of(after.BasePath)), ("path", after.BasePath)),
                            .. ChangedColumns.LabelsOf(id, before.Labels, after.Labels),
                            .. TrustRows.Moved(
                                (before.TrustPolicy ?? after.TrustPolicy) is not null
                                && (before.TrustPolicy, before.BasePath) != (after.TrustPolicy, after.BasePath)),
                        ],
                        cancellationToken);
                    return paths[0];
                },
                cancellationToken),
            after.Name);
    }

    public Task<DeletedDistribution?> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var found = await session.QueryAsync(
                    new(
                        $"""
                        select base_path, repository_id, pinned_version from distribution
                        where id = @id{database.Dialect.ForUpdate}
                        """,
                        ("id", id)),
                    row => (BasePath: row.String(0), Repository: row.GuidOrNull(1), Pinned: row.Int32OrNull(2)),
                    cancellationToken);
                if (found.Count == 0)
                    return null;
                var (basePath, served, pinned) = found[0];
                var repository = pinned is null && served is { } candidate
                    && await IsOnlyOneAsync(session, id, candidate, cancellationToken) ? served : null;
                await session.ExecuteBatchAsync(
                    [
                        TrustRows.MovedWith("distribution", id),
                        new("delete from distribution where id = @id", ("id", id)),
                        .. LabelStore.Replace(id, []),
                    ],
                    cancellationToken);
                if (repository is { } alone)
                    await RepositoryStore.DeleteAsync(session, alone, clock.GetUtcNow(), cancellationToken);
                return new DeletedDistribution(basePath, repository);
            },
            cancellationToken);

    private static Task<T> RefuseAsync<T>(Func<Task<T>> change, string name) => VanishedRows.RefuseAsync(
        () => NameConflict.RefuseAsync(change, name), ProblemKind.NameUnknown, TrustRows.Vanished, name);

    // Under the lock of the repository, which whoever binds a distribution to it needs too. On PostgreSQL the look must
    // be a statement of its own, to see what the lock waited for.
    private async ValueTask<bool> IsOnlyOneAsync(
        ISession session, Guid id, Guid repository, CancellationToken cancellationToken)
    {
        await LockAsync(session, repository, cancellationToken);
        var others = await session.QueryAsync(
            new(
                "select id from distribution where repository_id = @repository and id <> @id limit 1",
                ("repository", repository), ("id", id)),
            row => row.Guid(0),
            cancellationToken);
        return others.Count == 0;
    }

    // A pinned version is one of its repository: what is served changes as a whole.
    private static (string Name, object? Value)[] ChangesOf(DistributionSettings before, DistributionSettings after)
    {
        var serves = Serves(before) != Serves(after);
        return
        [
            .. ChangedColumns.Between(Columns(before), Columns(after)).Where(column => !IsServed(column)),
            .. Columns(after).Where(column => serves && IsServed(column)),
        ];
    }

    // Under the lock of the repository: whoever deletes a version takes it too, and then sees who serves it.
    private async ValueTask RequireVersionAsync(
        ISession session, DistributionSettings settings, CancellationToken cancellationToken)
    {
        if (Serves(settings) is not ({ } repository, { } version))
            return;
        await LockAsync(session, repository, cancellationToken);
        var found = await session.QueryAsync(
            new(
                "select number from repository_version where repository_id = @repository and number = @version",
                ("repository", repository), ("version", version)),
            row => row.Int32(0),
            cancellationToken);
        if (found.Count == 0)
            throw new ProblemException(
                ProblemKind.NameUnknown, $"Version {version} of the repository was deleted.", settings.Name);
    }

    private async ValueTask LockAsync(ISession session, Guid repository, CancellationToken cancellationToken) =>
        await session.QueryAsync(
            new($"select head from repository where id = @id{database.Dialect.ForUpdate}", ("id", repository)),
            row => row.Int32(0),
            cancellationToken);

    private static (Guid? Repository, int? Version) Serves(DistributionSettings settings) =>
        (settings.Repository, settings.PinnedVersion);

    private static bool IsServed((string Name, object? Value) column) =>
        column.Name is "repository_id" or "pinned_version";

    private static (string Name, object? Value)[] Columns(DistributionSettings settings) =>
    [
        ("name", settings.Name),
        ("base_path", settings.BasePath),
        ("repository_id", settings.Repository),
        ("pinned_version", settings.PinnedVersion),
        ("private", settings.Private),
        ("hidden", settings.Hidden),
        ("description", settings.Description),
        ("trust_policy_id", settings.TrustPolicy),
    ];
}
