using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IReclaimStore"/>
public sealed class ReclaimStore(IDatabase database, IBlobBytes bytes) : IReclaimStore
{
    public async Task<IReadOnlyList<Digest>> FindAsync(
        Reclaim wish, Digest? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select c.key from content c where c.kind = {Kinds.Blob} and c.key > @last and {Free(wish)}
                order by c.key limit @limit
                """,
                [("last", last?.ToString() ?? ""), ("limit", limit), .. Parameters(wish)]),
            row => row.Digest(0),
            cancellationToken);

    public async Task<long> ReclaimAsync(Reclaim wish, Digest digest, CancellationToken cancellationToken)
    {
        // The promise first, and in a transaction of its own: no record may ever say that a lost file is here.
        var promised = await database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    $"""
                    update blob set promised = @yes where content_id = (
                      select c.id from content c where c.kind = {Kinds.Blob} and c.key = @digest and {Free(wish)}
                      {database.Dialect.ForUpdate})
                    """,
                    [("yes", true), ("digest", digest.ToString()), .. Parameters(wish)]),
                cancellationToken),
            cancellationToken);
        if (promised == 0)
            return 0;
        return await database.TransactAsync(
            async session =>
            {
                // Whoever brings the bytes anew takes this lock too.
                var still = await session.QueryAsync(
                    new(
                        $"""
                        select id from content where kind = {Kinds.Blob} and key = @digest{database.Dialect.ForUpdate}
                        """,
                        ("digest", digest.ToString())),
                    row => row.Guid(0),
                    cancellationToken);
                var left = still is not [var id] ? [] : await session.QueryAsync(
                    new("select promised from blob where content_id = @id", ("id", id)), row => row.Bool(0), cancellationToken);
                return left is [true] ? await bytes.DeleteAsync(digest, cancellationToken) : 0L;
            },
            cancellationToken);
    }

    private string Free(Reclaim wish)
    {
        var others = wish.Repositories is null
            ? "false"
            : $"not {database.Dialect.In("h.repository_id", "repositories")}";
        var kept = wish.Kept.Select((_, place) => $"""
            or (h.repository_id = @kept{place} and h.version_added <= @number{place}
              and (h.version_removed is null or h.version_removed > @number{place}))
            """);
        return $"""
            exists (select 1 from blob_source s where s.content_id = c.id)
            and exists (select 1 from repository_content h where h.content_id = c.id)
            and not exists (select 1 from repository_content h where h.content_id = c.id and ({others} {string.Concat(kept)}))
            and not exists (select 1 from pending p where p.content_id = c.id)
            and not exists (select 1 from ingest_unit u where u.content_id = c.id)
            and not exists (select 1 from manifest_link l where l.kind = {Links.Config} and l.digest = c.key)
            and not exists (
              select 1 from manifest_link l join manifest m on m.content_id = l.manifest_id
              where l.kind = {Links.Layer} and l.digest = c.key and m.signs)
            """;
    }

    private static IEnumerable<(string, object?)> Parameters(Reclaim wish) =>
    [
        .. wish.Repositories is { } repositories ? new (string, object?)[] { ("repositories", repositories) } : [],
        .. wish.Kept.SelectMany((version, place) => new (string, object?)[]
        {
            ($"kept{place}", version.Repository), ($"number{place}", version.Number),
        }),
    ];
}
