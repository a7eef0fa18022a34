using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IBlobStore"/>
public sealed class BlobStore(IDatabase database, IBlobBytes bytes, NodeCache cache, TimeProvider clock) : IBlobStore
{
    private const string Pending = $"""
        insert into pending (repository_id, content_id, since)
        select @repository, id, @now from content where kind = {Kinds.Blob} and key = @digest
        on conflict (repository_id, content_id) do update set since = excluded.since
        """;

    // Of a doomed blob, the bytes may be gone already.
    private static readonly string[] Promise =
    [
        $"""
        insert into content (id, kind, key, created_at, touched_at, doomed)
        values (@id, {Kinds.Blob}, @digest, @now, @now, @no)
        on conflict (kind, key) do update set touched_at = excluded.touched_at
        """,
        $"""
        insert into blob (content_id, size, promised)
        select id, @size, @yes from content where kind = {Kinds.Blob} and key = @digest
        on conflict (content_id) do update set promised = excluded.promised
        where (select c.doomed from content c where c.id = blob.content_id) = @yes
        """,
        $"update content set doomed = @no where kind = {Kinds.Blob} and key = @digest and doomed = @yes",
    ];

    private const string Source = $"""
        insert into blob_source (content_id, remote_id, streamed)
        select id, @remote, @streamed from content where kind = {Kinds.Blob} and key = @digest
        on conflict (content_id, remote_id) do update set streamed = excluded.streamed
        """;

    private readonly string _mount = $"""
        insert into pending (repository_id, content_id, since)
        select @repository, c.id, @now from content c
        where c.kind = {Kinds.Blob} and c.key = @digest and not c.doomed and (
          exists (select 1 from repository_content h
            where h.repository_id = @source and h.kind = {Kinds.Blob} and h.key = @digest and h.version_removed is null)
          or exists (select 1 from pending p where p.repository_id = @source and p.content_id = c.id))
        {database.Dialect.ForUpdate}
        on conflict (repository_id, content_id) do update set since = excluded.since
        """;

    private readonly AdmissionStatements _admission = new(database.Dialect);

    private readonly AdmissionQueue _queue = new();

    public Task AdmitAsync(SealedUpload upload, CancellationToken cancellationToken) =>
        _queue.AdmitAsync(upload, uploads => AdmitAsync(uploads, CancellationToken.None)).WaitAsync(cancellationToken);

    public Task AdmitAsync(IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken) =>
        uploads.Count == 0 ? Task.CompletedTask : InRepositoryAsync(
            uploads.First().Repository, // where they are of several, each is tried again by itself
            async session =>
            {
                // The rows first: their locks, taken in one order by all, keep a collector away from the bytes until both
                // are there.
                await session.ExecuteBatchAsync([.. _admission.Record(uploads, clock.GetUtcNow())], cancellationToken);
                await bytes.PublishAsync(uploads, cancellationToken);
                return uploads.Count;
            },
            cancellationToken);

    public Task PromiseAsync(
        Guid? repository, IReadOnlyCollection<Blob> blobs, BlobOrigin? origin, CancellationToken cancellationToken)
    {
        string[] statements =
            [.. Promise, .. repository is null ? Array.Empty<string>() : [Pending], .. origin is null ? Array.Empty<string>() : [Source]];
        return blobs.Count == 0 ? Task.CompletedTask : InRepositoryAsync(
            repository ?? ChunkedUpload.NoRepository,
            session =>
            {
                var now = clock.GetUtcNow();
                return session.ExecuteBatchAsync(
                    [
                        .. from blob in blobs.OrderBy(blob => blob.Digest.ToString(), StringComparer.Ordinal)
                           from sql in statements
                           select new Statement(
                               sql,
                               ("id", Guid.CreateVersion7()), ("digest", blob.Digest.ToString()), ("size", blob.Size),
                               ("repository", repository), ("now", now), ("yes", true), ("no", false),
                               ("remote", origin?.Remote), ("streamed", origin?.IsStreamed)),
                    ],
                    cancellationToken);
            },
            cancellationToken);
    }

    public Task SourceAsync(
        IReadOnlyCollection<Digest> blobs, BlobOrigin origin, CancellationToken cancellationToken) =>
        blobs.Count == 0 ? Task.CompletedTask : VanishedRows.RefuseAsync(
            () => database.TransactAsync(
                session => session.ExecuteBatchAsync(
                    [
                        .. from blob in blobs.Select(blob => blob.ToString()).Order(StringComparer.Ordinal)
                           select new Statement(
                               Source, ("digest", blob), ("remote", origin.Remote), ("streamed", origin.IsStreamed)),
                    ],
                    cancellationToken),
                cancellationToken),
            ProblemKind.NameUnknown,
            "The remote was deleted meanwhile.",
            origin.Remote.ToString());

    public async Task<IReadOnlyList<BlobOrigin>> OriginsAsync(Digest digest, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select s.remote_id, s.streamed from content c join blob_source s on s.content_id = c.id
                where c.kind = {Kinds.Blob} and c.key = @digest order by s.remote_id desc
                """,
                ("digest", digest.ToString())),
            row => new BlobOrigin(row.Guid(0), row.Bool(1)),
            cancellationToken);

    public async Task<IReadOnlyDictionary<Digest, bool>> StandingAsync(
        IReadOnlyCollection<Digest> blobs, CancellationToken cancellationToken)
    {
        var known = await database.QueryAsync(
            new(
                $"""
                select c.key, b.promised from content c join blob b on b.content_id = c.id
                where c.kind = {Kinds.Blob} and not c.doomed and {database.Dialect.In("c.key", "blobs")}
                """,
                ("blobs", blobs.Select(blob => blob.ToString()).ToArray())),
            row => (Digest: Digest.Parse(row.String(0)), IsPromised: row.Bool(1)),
            cancellationToken);
        return known.ToDictionary(one => one.Digest, one => one.IsPromised);
    }

    public async Task<bool> MountAsync(
        Guid source, Guid repository, Digest digest, CancellationToken cancellationToken)
    {
        var mounted = await InRepositoryAsync(
            repository,
            session => session.ExecuteAsync(
                new(
                    _mount,
                    ("repository", repository), ("source", source), ("digest", digest.ToString()),
                    ("now", clock.GetUtcNow())),
                cancellationToken),
            cancellationToken);
        return mounted == 1;
    }

    public async Task<bool> RemovePendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken)
    {
        var removed = await database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    $"""
                    delete from pending where repository_id = @repository
                    and content_id in (select id from content where kind = {Kinds.Blob} and key = @digest)
                    """,
                    ("repository", repository), ("digest", digest.ToString())),
                cancellationToken),
            cancellationToken);
        return removed > 0;
    }

    public async Task<Blob?> FindPendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken)
    {
        var sizes = await database.QueryAsync(
            new(
                $"""
                select b.size from content c
                join blob b on b.content_id = c.id
                join pending p on p.content_id = c.id and p.repository_id = @repository
                where c.kind = {Kinds.Blob} and c.key = @digest
                """,
                ("repository", repository), ("digest", digest.ToString())),
            row => row.Int64(0),
            cancellationToken);
        return sizes.Count == 0 ? null : new(digest, sizes[0]);
    }

    public async Task<Blob?> FindInAsync(
        Guid repository, int version, Digest digest, bool orPending, CancellationToken cancellationToken)
    {
        var held = new HeldIn(repository, version, digest);
        if (cache.TryGet<bool>(held, out _))
            return await FindAsync(digest, cancellationToken);
        var found = await database.QueryAsync(
            new(
                $"""
                select b.size, b.promised, s.held from content c join blob b on b.content_id = c.id,
                  (select count(*) as held from repository_content h
                    where h.repository_id = @repository and h.kind = {Kinds.Blob} and h.key = @digest
                    and h.version_added <= @version
                    and (h.version_removed is null or h.version_removed > @version)) s
                where c.kind = {Kinds.Blob} and c.key = @digest and (s.held > 0 or (@pending and exists (
                  select 1 from pending p where p.repository_id = @repository and p.content_id = c.id)))
                """,
                ("repository", repository), ("version", version), ("digest", digest.ToString()), ("pending", orPending)),
            row => (Blob: new Blob(digest, row.Int64(0)), IsPromised: row.Bool(1), IsHeld: row.Int64(2) > 0),
            cancellationToken);
        if (found is not [var (blob, isPromised, isHeld)])
            return null;
        if (isHeld)
            cache.Keep(held, true, 0); // and so it stays: of what is pending only, nothing is sure
        if (!isPromised)
            cache.Keep(new SizeOf(digest), blob, 0);
        return blob;
    }

    public async Task<Blob?> FindAsync(Digest digest, CancellationToken cancellationToken)
    {
        var fact = new SizeOf(digest);
        if (cache.TryGet<Blob>(fact, out var known))
            return known;
        var found = await database.QueryAsync(
            new(
                $"""
                select b.size, b.promised from content c join blob b on b.content_id = c.id
                where c.kind = {Kinds.Blob} and c.key = @digest
                """,
                ("digest", digest.ToString())),
            row => (Blob: new Blob(digest, row.Int64(0)), IsPromised: row.Bool(1)),
            cancellationToken);
        if (found is not [var (blob, isPromised)])
            return null;
        if (!isPromised) // a promise may be wrong about the size
            cache.Keep(fact, blob, 0);
        return blob;
    }

    public async Task<bool> IsPromisedAsync(Digest digest, CancellationToken cancellationToken)
    {
        var promised = await database.QueryAsync(
            new(
                $"""
                select b.promised from content c join blob b on b.content_id = c.id
                where c.kind = {Kinds.Blob} and c.key = @digest
                """,
                ("digest", digest.ToString())),
            row => row.Bool(0),
            cancellationToken);
        return promised is [true];
    }

    private Task<T> InRepositoryAsync<T>(
        Guid repository, Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken) =>
        VanishedRows.RefuseAsync(
            () => database.TransactAsync(work, cancellationToken),
            ProblemKind.NameUnknown,
            "The repository was deleted meanwhile.",
            repository.ToString());

    private sealed record SizeOf(Digest Digest);

    private sealed record HeldIn(Guid Repository, int Version, Digest Digest);
}
