using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ICollectionStore"/>
/// <remarks>
/// A push takes the lock of a content row before it holds the content; so does each step here, and only then looks
/// whether the content is held. On PostgreSQL that look must be a statement of its own, to see what the lock waited for.
/// </remarks>
public sealed class CollectionStore(IDatabase database, IBlobBytes blobs, TimeProvider clock) : ICollectionStore
{
    private const string NotHeld = """
        c.touched_at < @before
        and not exists (select 1 from repository_content h where h.content_id = c.id)
        and not exists (select 1 from pending p where p.content_id = c.id)
        and not exists (select 1 from ingest_unit i where i.content_id = c.id)
        """;

    // What a stored manifest names stays as long as that manifest does, whether a repository holds it or not.
    private const string NotNamed = $"""
        and not exists (select 1 from manifest_link l where l.digest = c.key and l.kind in ({Links.Parts}))
        """;

    private readonly string _lockById = $"select c.id from content c where c.id = @id{database.Dialect.ForUpdate}";

    private readonly string _lockByKey =
        $"select c.id from content c where c.kind = @kind and c.key = @key{database.Dialect.ForUpdate}";

    private readonly string _dropPending = """
        delete from pending where (repository_id, content_id) in (
          select repository_id, content_id from pending where since < @before limit @limit)
        """;

    // What is gathered belongs to a task, and nobody adds to it once that has ended.
    private readonly string _dropGathered = """
        delete from ingest_unit where (ingest_id, content_id) in (
          select u.ingest_id, u.content_id from ingest_unit u join ingest i on i.id = u.ingest_id
          where i.touched_at < @before
          and not exists (select 1 from task t where t.id = i.id and t.finished_at is null)
          limit @limit)
        """;

    // A push that goes on has a pending blob or an open upload; the uploads are files, and the caller looks at those.
    private const string Unused = """
        r.pushed = @yes and r.head = 0 and r.last_number = 0 and r.updated_at is null and r.created_at < @before
        and not exists (select 1 from pending p where p.repository_id = r.id)
        and not exists (
          select 1 from distribution o
          where o.repository_id = r.id and (o.base_path <> r.name or o.updated_at is not null))
        and not exists (select 1 from resource_label l where l.resource_id = r.id or l.resource_id = d.id)
        """;

    public async Task<IReadOnlyList<UnusedName>> FindUnusedAsync(
        DateTimeOffset before, Guid after, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select r.id, d.base_path from repository r join distribution d on d.repository_id = r.id
                where r.id > @after and {Unused} order by r.id limit @limit
                """,
                ("before", before), ("after", after), ("limit", limit), ("yes", true)),
            row => new UnusedName(row.Guid(0), row.String(1)),
            cancellationToken);

    public Task<bool> DropUnusedAsync(UnusedName unused, DateTimeOffset before, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                // The look is a statement of its own, to see what the lock waited for.
                await session.QueryAsync(
                    new(
                        $"select id from repository where id = @id{database.Dialect.ForUpdate}",
                        ("id", unused.Repository)),
                    row => row.Guid(0),
                    cancellationToken);
                var distributions = await session.QueryAsync(
                    new(
                        $"""
                        select d.id from repository r join distribution d on d.repository_id = r.id
                        where r.id = @id and {Unused}
                        """,
                        ("id", unused.Repository), ("before", before), ("yes", true)),
                    row => row.Guid(0),
                    cancellationToken);
                if (distributions is not [var distribution])
                    return false;
                await session.ExecuteAsync(
                    new("delete from distribution where id = @id", ("id", distribution)), cancellationToken);
                await RepositoryStore.DeleteAsync(session, unused.Repository, clock.GetUtcNow(), cancellationToken);
                return true;
            },
            cancellationToken);

    public int BlobFolders => blobs.Parts;

    public Task<int> DropPendingAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var dropped = 0;
                foreach (var left in (string[])[_dropPending, _dropGathered])
                    dropped += await session.ExecuteAsync(
                        new(left, ("before", before), ("limit", limit)), cancellationToken);
                return dropped;
            },
            cancellationToken);

    public async Task<OrphanPage> FindOrphansAsync(
        ContentKind kind, DateTimeOffset before, Guid after, int window, CancellationToken cancellationToken)
    {
        var ends = await database.QueryAsync(
            new(
                $"""
                select content_id from {Tables.Of(kind)} where content_id > @after
                order by content_id limit 1 offset @window
                """,
                ("after", after), ("window", window - 1)),
            row => row.Guid(0),
            cancellationToken);
        Guid? end = ends.Count == 0 ? null : ends[0];
        var bounded = end is null ? "" : "and k.content_id <= @end";
        var named = kind is ContentKind.Blob or ContentKind.Manifest ? NotNamed : "";
        var orphans = await database.QueryAsync(
            new(
                $"""
                select c.id, c.key from {Tables.Of(kind)} k join content c on c.id = k.content_id
                where k.content_id > @after {bounded} and {NotHeld} {named}
                """,
                ("after", after), ("end", end ?? Guid.Empty), ("before", before)),
            row => new Orphan(row.Guid(0), row.String(1)),
            cancellationToken);
        return new(orphans, end);
    }

    public Task<bool> CollectUnitAsync(Guid id, DateTimeOffset before, CancellationToken cancellationToken) =>
        RefuseHeldAsync(
            session => ChangeUnheldAsync(
                session, new(_lockById, ("id", id)), $"delete from content as c where c.id = @id and {NotHeld}", before,
                cancellationToken),
            cancellationToken);

    public Task<bool> CollectManifestAsync(Digest digest, DateTimeOffset before, CancellationToken cancellationToken) =>
        RefuseHeldAsync(async session =>
        {
            var manifest = ("manifest", (object?)digest.ToString());
            var collected = await ChangeUnheldAsync(
                session,
                new(_lockByKey, ("kind", (int)ContentKind.Manifest), ("key", digest.ToString())),
                $"update content as c set doomed = @yes where c.id = @id and {NotHeld} {NotNamed}",
                before,
                cancellationToken);
            if (!collected)
                return false;
            await session.ExecuteBatchAsync(
                [
                    new("delete from content where id in (select content_id from signature where manifest_digest = @manifest)", manifest),
                    new("delete from content where id in (select content_id from tag where manifest_digest = @manifest)", manifest),
                    new($"delete from content where kind = {Kinds.Manifest} and key = @manifest", manifest),
                ],
                cancellationToken);
            return true;
        },
        cancellationToken);

    public async Task<long?> CollectBlobAsync(Digest digest, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var byKey = new Statement(_lockByKey, ("kind", (int)ContentKind.Blob), ("key", digest.ToString()));

        // Doomed first, and in a transaction of its own: a crash must never leave a record that promises a lost file.
        var doomed = await database.TransactAsync(
            session => ChangeUnheldAsync(
                session, byKey, $"update content as c set doomed = @yes where c.id = @id and {NotHeld} {NotNamed}", before,
                cancellationToken),
            cancellationToken);
        if (!doomed)
            return null;
        return await database.TransactAsync(
            async session =>
            {
                var deleted = await ChangeUnheldAsync(
                    session, byKey, $"delete from content as c where c.id = @id and c.doomed = @yes and {NotHeld} {NotNamed}",
                    before, cancellationToken);
                if (deleted)
                    return await blobs.DeleteAsync(digest, cancellationToken);

                // Somebody took it up between the two.
                await session.ExecuteAsync(
                    new(
                        $"update content set doomed = @no where kind = {Kinds.Blob} and key = @key",
                        ("no", false), ("key", digest.ToString())),
                    cancellationToken);
                return (long?)null;
            },
            cancellationToken);
    }

    public async Task<long> CollectStrayFilesAsync(int folder, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var freed = 0L;
        await foreach (var digest in blobs.ListAsync(folder, before, cancellationToken))
            freed += await CollectStrayFileAsync(digest, before, cancellationToken);
        return freed;
    }

    // Claims the digest: while the claim is uncommitted, nobody else can make the file a blob.
    private async Task<long> CollectStrayFileAsync(Digest digest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await database.QueryAsync(
            new($"select id from content where kind = {Kinds.Blob} and key = @key", ("key", digest.ToString())),
            row => row.Guid(0),
            cancellationToken);
        if (known.Count > 0)
            return 0;
        return await database.TransactAsync(
            async session =>
            {
                var id = Guid.CreateVersion7();
                var claimed = await session.ExecuteAsync(
                    new(
                        $"""
                        insert into content (id, kind, key, created_at, touched_at, doomed)
                        values (@id, {Kinds.Blob}, @key, @now, @now, @yes) on conflict (kind, key) do nothing
                        """,
                        ("id", id), ("key", digest.ToString()), ("now", now), ("yes", true)),
                    cancellationToken);
                if (claimed == 0)
                    return 0L;
                var freed = await blobs.DeleteAsync(digest, cancellationToken);
                await session.ExecuteAsync(new("delete from content where id = @id", ("id", id)), cancellationToken);
                return freed;
            },
            cancellationToken);
    }

    private async Task<bool> RefuseHeldAsync(
        Func<ISession, ValueTask<bool>> delete, CancellationToken cancellationToken)
    {
        try
        {
            return await database.TransactAsync(delete, cancellationToken);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            return false; // a repository took it up at this very moment, or one of its signatures or tags
        }
    }

    private static async ValueTask<bool> ChangeUnheldAsync(
        ISession session, Statement lockRow, string change, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var ids = await session.QueryAsync(lockRow, row => row.Guid(0), cancellationToken);
        if (ids.Count == 0)
            return false;
        return await session.ExecuteAsync(
            new(change, ("id", ids[0]), ("before", before), ("yes", true)), cancellationToken) == 1;
    }
}
