using OrleansRegistry.Content;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <summary>The statements that record blobs which have arrived: one on PostgreSQL, three on SQLite, however many they are.</summary>
internal sealed class AdmissionStatements(Dialect dialect)
{
    private const string Known = "on conflict (kind, key) do update set touched_at = excluded.touched_at, doomed = excluded.doomed";

    // A promise may have been wrong about the size.
    private const string Here =
        "on conflict (content_id) do update set size = excluded.size, promised = @no where blob.promised = @yes";

    private const string Again = "on conflict (repository_id, content_id) do update set since = excluded.since";

    private readonly string _content = $"""
        insert into content (id, kind, key, created_at, touched_at, doomed)
        select r.id, {Kinds.Blob}, r.digest, @now, @now, @no from {dialect.Rows("r", "id", "digest")} where true
        {Known}
        """;

    private readonly string _blobs = $"""
        insert into blob (content_id, size) select content.id, r.size from {dialect.Rows("r", "digest", "size")}
        {dialect.LookUp("content", $"content.kind = {Kinds.Blob} and content.key = r.digest")} where true
        {Here}
        """;

    private readonly string _pending = $"""
        insert into pending (repository_id, content_id, since)
        select r.repository, content.id, @now from {dialect.Rows("r", "repository", "blob")}
        {dialect.LookUp("content", $"content.kind = {Kinds.Blob} and content.key = r.blob")} where true
        {Again}
        """;

    private readonly string _all = $"""
        with stored as (
          insert into content (id, kind, key, created_at, touched_at, doomed)
          select r.id, {Kinds.Blob}, r.digest, @now, @now, @no from {dialect.Rows("r", "id", "digest")}
          {Known} returning id, key),
        here as (
          insert into blob (content_id, size)
          select stored.id, r.size from {dialect.Rows("r", "digest", "size")} join stored on stored.key = r.digest
          {Here})
        insert into pending (repository_id, content_id, since)
        select r.repository, stored.id, @now from {dialect.Rows("r", "repository", "blob")} join stored on stored.key = r.blob
        {Again}
        """;

    public IEnumerable<Statement> Record(IReadOnlyCollection<SealedUpload> uploads, DateTimeOffset now)
    {
        // In one order: writers that bring the same blobs wait for each other, and not in a circle.
        var blobs = uploads.DistinctBy(upload => upload.Digest)
            .Select(upload => (Digest: upload.Digest.ToString(), upload.Size))
            .OrderBy(blob => blob.Digest, StringComparer.Ordinal).ToArray();
        var wanted = uploads.Where(upload => upload.Repository != ChunkedUpload.NoRepository)
            .Select(upload => (upload.Repository, Digest: upload.Digest.ToString())).Distinct()
            .OrderBy(one => one.Digest, StringComparer.Ordinal).ThenBy(one => one.Repository).ToArray();
        (string, object?)[] common = [("now", now), ("yes", true), ("no", false)];
        (string, object?)[] content =
        [
            ("id", blobs.Select(_ => Guid.CreateVersion7()).ToArray()), ("digest", blobs.Select(blob => blob.Digest).ToArray()),
        ];
        (string, object?)[] sizes =
            [("digest", content[1].Item2), ("size", blobs.Select(blob => blob.Size).ToArray())];
        (string, object?)[] pending =
        [
            ("repository", wanted.Select(one => one.Repository).ToArray()), ("blob", wanted.Select(one => one.Digest).ToArray()),
        ];
        if (dialect.ChangesInsideWith)
        {
            yield return new(_all, [.. common, .. content, sizes[1], .. pending]);
            yield break;
        }

        yield return Statement.OverRows(_content, blobs.Length, [.. common, .. content]);
        yield return Statement.OverRows(_blobs, blobs.Length, [.. common, .. sizes]);
        if (wanted.Length > 0)
            yield return Statement.OverRows(_pending, wanted.Length, [.. common, .. pending]);
    }
}
