using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IPullThroughStore"/>
public sealed class PullThroughStore(IDatabase database, SecretKey key, TimeProvider clock) : IPullThroughStore
{
    // Each loses to somebody who creates the same at this moment: then there is something to find.
    private const int MostTries = 5;

    public Task CreateAsync(Guid id, PullThroughSettings settings, CancellationToken cancellationToken) =>
        NameConflict.RefuseAsync(
            () => database.TransactAsync(
                session =>
                {
                    var now = clock.GetUtcNow();
                    return session.ExecuteBatchAsync(
                        [
                            NamespaceRows.Ensure(settings.BasePath, now),
                            new(
                                """
                                insert into pull_through (
                                  id, name, base_path, remote_id, private, hidden, description, tag_ttl, namespace_id,
                                  created_at, updated_at)
                                select @id, @name, @base_path, @remote_id, @private, @hidden, @description, @tag_ttl, n.id,
                                  @now, @now
                                from namespace n where n.name = @namespace
                                on conflict (id) do nothing
                                """,
                                [
                                    ("id", id), ("now", now), ("namespace", NamespaceRows.Of(settings.BasePath)),
                                    .. Columns(settings),
                                ]),
                            .. LabelStore.Replace(id, settings.Labels),
                        ],
                        cancellationToken);
                },
                cancellationToken),
            settings.Name);

    public Task<bool> UpdateAsync(
        Guid id, PullThroughSettings before, PullThroughSettings after, CancellationToken cancellationToken)
    {
        var changes = ChangedColumns.Between(Columns(before), Columns(after));
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var now = clock.GetUtcNow();
                    await session.ExecuteBatchAsync([NamespaceRows.Ensure(after.BasePath, now)], cancellationToken);
                    var changed = await session.ExecuteAsync(
                        new(
                            $"""
                            update pull_through set {ChangedColumns.Assignments(changes)}updated_at = @now,
                              namespace_id = (select n.id from namespace n where n.name = @namespace)
                            where id = @id
                            """,
                            [
                                ("id", id), ("now", now), ("namespace", NamespaceRows.Of(after.BasePath)), .. changes,
                            ]),
                        cancellationToken);
                    if (changed == 1)
                        await session.ExecuteBatchAsync(
                            [.. ChangedColumns.LabelsOf(id, before.Labels, after.Labels)], cancellationToken);
                    return changed == 1;
                },
                cancellationToken),
            after.Name);
    }

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteBatchAsync(
            [new("delete from pull_through where id = @id", ("id", id)), .. LabelStore.Replace(id, [])],
            cancellationToken),
        cancellationToken);

    public async Task<IReadOnlyList<PullThroughParent>> ListAboveAsync(
        RepositoryName name, CancellationToken cancellationToken)
    {
        var segments = name.ToString().Split('/');
        if (segments.Length == 1)
            return [];
        return await database.QueryAsync(
            new(
                $"""
                select p.id, p.base_path, r.id, r.settings from pull_through p join remote r on r.id = p.remote_id
                where {database.Dialect.In("p.base_path", "paths")} order by length(p.base_path) desc
                """,
                ("paths", Enumerable.Range(1, segments.Length - 1).Select(count => string.Join('/', segments[..count])).ToArray())),
            row => new PullThroughParent(
                row.Guid(0), row.String(1), row.Guid(2), JsonSerializer.Deserialize<RemoteSettings>(row.String(3))!),
            cancellationToken);
    }

    public async Task<PullThroughChild?> FindChildAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(ChildOf(name.ToString()), Read, cancellationToken);
        return found.SingleOrDefault()?.Child;
    }

    public async Task<PullThroughChild> GetOrCreateChildAsync(
        PullThroughParent parent, RepositoryName name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await database.TransactAsync(
                    session => GetOrCreateAsync(session, parent, name, cancellationToken), cancellationToken);
            }
            catch (ConstraintViolationException) when (attempt < MostTries)
            {
            }
            catch (ProblemException taken) when (taken.Problem.Kind is ProblemKind.Denied && attempt == 1)
            {
                // What has the name may have come between two looks, with a distribution that the next one finds.
            }
    }

    private async ValueTask<PullThroughChild> GetOrCreateAsync(
        ISession session, PullThroughParent parent, RepositoryName name, CancellationToken cancellationToken)
    {
        var text = name.ToString();
        if (await session.QueryAsync(ChildOf(text), Read, cancellationToken) is [var there])
            return there.Child ?? throw Taken(text, there.Repository is null
                ? "A distribution of that path exists, and serves no repository; bind it to one first."
                : null);

        var above = await session.QueryAsync(
            new(
                """
                select r.id, r.settings, r.secrets, p.private, p.tag_ttl, n.taken
                from pull_through p join remote r on r.id = p.remote_id,
                  (select (select count(*) from repository where name = @name)
                    + (select count(*) from distribution where name = @name) taken) n
                where p.id = @parent
                """,
                ("parent", parent.Id), ("name", text)),
            row => (
                Remote: row.Guid(0), Settings: row.String(1), Secrets: row.StringOrNull(2), Private: row.Bool(3),
                TagTtl: row.Int32(4), Taken: row.Int64(5)),
            cancellationToken);
        if (above is not [var from])
            throw Unknown(text);
        if (from.Taken > 0)
            throw Taken(text);
        var current = parent with { Settings = JsonSerializer.Deserialize<RemoteSettings>(from.Settings)! };
        var upstreamName = current.UpstreamNameOf(name) ?? throw Unknown(text);

        var now = clock.GetUtcNow();
        var (repository, distribution) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var settings = current.SettingsOf(name, upstreamName);
        var secrets = RemoteStore.Open(key, from.Remote, from.Secrets);
        var (remote, writing) = await RemoteAsync(session, settings, secrets, now, cancellationToken);
        await session.ExecuteBatchAsync(
            [
                writing,
                new(
                    """
                    insert into repository (id, name, head, created_at, updated_at, retain_repo_versions)
                    values (@id, @name, 0, @now, @now, 1)
                    """,
                    ("id", repository), ("name", text), ("now", now)),
                new(
                    """
                    insert into repository_version (
                      repository_id, number, created_at,
                      added_blobs, added_manifests, added_tags, added_signatures,
                      removed_blobs, removed_manifests, removed_tags, removed_signatures,
                      present_blobs, present_manifests, present_tags, present_signatures)
                    values (@id, 0, @now, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                    """,
                    ("id", repository), ("now", now)),
                NamespaceRows.Ensure(text, now),
                new(
                    """
                    insert into distribution (
                      id, name, base_path, repository_id, remote_id, pull_through_id, namespace_id, private, created_at,
                      updated_at)
                    select @id, @name, @name, @repository, @remote, @parent, n.id, @private, @now, @now
                    from namespace n where n.name = @namespace
                    """,
                    ("id", distribution), ("name", text), ("repository", repository), ("remote", remote),
                    ("parent", parent.Id), ("private", from.Private), ("namespace", NamespaceRows.Of(text)), ("now", now)),
            ],
            cancellationToken);
        return new(repository, remote, TimeSpan.FromSeconds(from.TagTtl));
    }

    // What a pull made before may be left of a distribution that was deleted since: blobs elsewhere may still come from it.
    private async ValueTask<(Guid Id, Statement Writing)> RemoteAsync(
        ISession session, RemoteSettings settings, RemoteSecrets secrets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var there = await session.QueryAsync(
            new(
                $"""
                select r.id, r.kind, (select count(*) from distribution d where d.remote_id = r.id)
                  + (select count(*) from repository o where o.remote_id = r.id)
                from remote r where r.name = @name{database.Dialect.ForUpdate}
                """,
                ("name", settings.Name)),
            row => (Id: row.Guid(0), Kind: (RemoteKind)row.Int32(1), Users: row.Int64(2)),
            cancellationToken);
        if (there is not [var (id, kind, users)])
        {
            id = Guid.CreateVersion7();
            return (id, RemoteStore.Insert(key, id, RemoteKind.MadeByPull, settings, secrets, now));
        }

        if (kind is not RemoteKind.MadeByPull || users > 0)
            throw Taken(settings.Name);
        return (id, new(
            """
            update remote set url = @url, settings = @settings, secrets = @secrets, secrets_set = @set, updated_at = @now
            where id = @id
            """,
            [("id", id), ("now", now), .. RemoteStore.Values(key, id, settings, secrets).Where(value => value.Item1 != "name")]));
    }

    private static Statement ChildOf(string path) => new(
        """
        select d.repository_id, case when d.pull_through_id is null then null else d.remote_id end,
          coalesce(p.tag_ttl, 0)
        from distribution d left join pull_through p on p.id = d.pull_through_id where d.base_path = @path
        """,
        ("path", path));

    private static Found Read(Row row) => new(
        row.GuidOrNull(0),
        row.GuidOrNull(0) is { } repository && row.GuidOrNull(1) is { } remote
            ? new(repository, remote, TimeSpan.FromSeconds(row.Int32(2)))
            : null);

    private static ProblemException Unknown(string name) =>
        new(ProblemKind.NameUnknown, "This registry has no repository of that name.", name);

    private static ProblemException Taken(string name, string? why = null) => new(
        ProblemKind.Denied,
        why ?? "A repository, a remote or a distribution of that name exists, and nothing is served by this name: a pull "
            + "through adopts none of them. Ask an administrator to rename it, or to create a distribution with this base path.",
        name);

    private static (string, object?)[] Columns(PullThroughSettings settings) =>
    [
        ("name", settings.Name),
        ("base_path", settings.BasePath),
        ("remote_id", settings.Remote),
        ("private", settings.Private),
        ("hidden", settings.Hidden),
        ("description", settings.Description),
        ("tag_ttl", settings.TagTtl),
    ];

    /// <summary>A distribution of the name; and what a pull made, if that did.</summary>
    private sealed record Found(Guid? Repository, PullThroughChild? Child);
}
