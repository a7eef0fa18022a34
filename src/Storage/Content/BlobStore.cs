using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IBlobStore"/>
public sealed class BlobStore(IDatabase database, DataDirectory data, NodeCache cache, TimeProvider clock)
    : IBlobStore
{
    private readonly string _mount = $"""
        insert into pending (repository_id, content_id, since)
        select @repository, c.id, @now from content c
        where c.kind = 1 and c.key = @digest and not c.doomed and (
          exists (select 1 from repository_content h
            where h.repository_id = @source and h.kind = 1 and h.key = @digest and h.version_removed is null)
          or exists (select 1 from pending p where p.repository_id = @source and p.content_id = c.id))
        {database.Dialect.ForUpdate}
        on conflict (repository_id, content_id) do update set since = excluded.since
        """;

    public Task AdmitAsync(SealedUpload upload, CancellationToken cancellationToken) =>
        AdmitAsync([upload], cancellationToken);

    public Task AdmitAsync(IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken) =>
        uploads.Count == 0 ? Task.CompletedTask : InRepositoryAsync(
            uploads.First().Repository, // they are all of one
            async session =>
            {
                // The rows first: their locks, taken in one order by all, keep a collector away from the files until both
                // are there.
                var now = clock.GetUtcNow();
                var ordered = uploads.OrderBy(upload => upload.Digest.ToString(), StringComparer.Ordinal).ToList();
                await session.ExecuteBatchAsync([.. ordered.Select(upload => Content(upload, now))], cancellationToken);
                Durable.MoveAll(Moves(ordered));
                return await session.ExecuteBatchAsync(
                    [.. ordered.SelectMany(upload => Records(upload, now))], cancellationToken);
            },
            cancellationToken);

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
                    """
                    delete from pending where repository_id = @repository
                    and content_id in (select id from content where kind = 1 and key = @digest)
                    """,
                    ("repository", repository), ("digest", digest.ToString())),
                cancellationToken),
            cancellationToken);
        return removed > 0;
    }

    public Task<Blob?> FindPendingAsync(Guid repository, Digest digest, CancellationToken cancellationToken) =>
        FindAsync(
            new(
                """
                select b.size from content c
                join blob b on b.content_id = c.id
                join pending p on p.content_id = c.id and p.repository_id = @repository
                where c.kind = 1 and c.key = @digest
                """,
                ("repository", repository), ("digest", digest.ToString())),
            digest,
            cancellationToken);

    public async Task<Blob?> FindAsync(Digest digest, CancellationToken cancellationToken)
    {
        var fact = new SizeOf(digest);
        if (cache.TryGet<Blob>(fact, out var known))
            return known;
        var blob = await FindAsync(
            new(
                "select b.size from content c join blob b on b.content_id = c.id where c.kind = 1 and c.key = @digest",
                ("digest", digest.ToString())),
            digest,
            cancellationToken);
        if (blob is not null)
            cache.Keep(fact, blob, 0);
        return blob;
    }

    public string PathOf(Digest digest) => data.PathOf(digest);

    private Task<T> InRepositoryAsync<T>(
        Guid repository, Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken) =>
        VanishedRows.RefuseAsync(
            () => database.TransactAsync(work, cancellationToken),
            ProblemKind.NameUnknown,
            "The repository was deleted meanwhile.",
            repository.ToString());

    private async Task<Blob?> FindAsync(Statement statement, Digest digest, CancellationToken cancellationToken)
    {
        var sizes = await database.QueryAsync(statement, row => row.Int64(0), cancellationToken);
        return sizes.Count == 0 ? null : new(digest, sizes[0]);
    }

    private static Statement Content(SealedUpload upload, DateTimeOffset now) => new(
        """
        insert into content (id, kind, key, created_at, touched_at, doomed)
        values (@id, 1, @digest, @now, @now, @no)
        on conflict (kind, key) do update set touched_at = excluded.touched_at, doomed = excluded.doomed
        """,
        ("id", Guid.CreateVersion7()), ("digest", upload.Digest.ToString()), ("now", now), ("no", false));

    private static IEnumerable<Statement> Records(SealedUpload upload, DateTimeOffset now)
    {
        yield return new(
            """
            insert into blob (content_id, size) select id, @size from content where kind = 1 and key = @digest
            on conflict do nothing
            """,
            ("digest", upload.Digest.ToString()), ("size", upload.Size));
        if (upload.Repository != ChunkedUpload.NoRepository)
            yield return new(
                """
                insert into pending (repository_id, content_id, since)
                select @repository, id, @now from content where kind = 1 and key = @digest
                on conflict (repository_id, content_id) do update set since = excluded.since
                """,
                ("repository", upload.Repository), ("digest", upload.Digest.ToString()), ("now", now));
    }

    private List<(string From, string To)> Moves(IEnumerable<SealedUpload> uploads)
    {
        var moves = new List<(string From, string To)>();
        foreach (var upload in uploads)
        {
            var from = UploadFiles.SealedPath(data, upload.Repository, upload.Upload);
            var to = data.PathOf(upload.Digest);
            if (File.Exists(from))
                moves.Add((from, to));
            else if (!File.Exists(to)) // an earlier try may have got this far
                throw new ProblemException(
                    ProblemKind.UploadUnknown, "The upload's bytes are gone; push the blob again.", upload.Upload.ToString());
        }

        return moves;
    }

    private sealed record SizeOf(Digest Digest);
}
