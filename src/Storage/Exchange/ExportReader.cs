using OrleansRegistry.Content;
using OrleansRegistry.Exchange;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IExportReader"/>
public sealed class ExportReader(IDatabase database) : IExportReader
{
    private const string Held = """
        rc.repository_id = @repository and rc.key > @last
        and rc.version_added <= @version and (rc.version_removed is null or rc.version_removed > @version)
        """;

    private readonly string _read =
        $"select digest, media_type, bytes from manifest where {database.Dialect.In("digest", "manifests")}";

    public async Task<IReadOnlyList<Blob>> BlobsAsync(
        Guid repository, int version, string? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            Page(
                $"""
                select rc.key, b.size from repository_content rc join blob b on b.content_id = rc.content_id
                where rc.kind = {Kinds.Blob} and {Held} order by rc.key limit @limit
                """,
                repository, version, last, limit),
            row => new Blob(row.Digest(0), row.Int64(1)),
            cancellationToken);

    public async Task<IReadOnlyList<ExportedManifest>> ManifestsAsync(
        Guid repository, int version, string? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            Page(
                $"""
                select rc.key, m.media_type, m.size,
                  exists (select 1 from manifest_link l where l.digest = rc.key and l.kind = {Links.Child}),
                  (select string_agg(a.fingerprint, ' ') from attached_signature a where a.content_id = rc.content_id)
                from repository_content rc join manifest m on m.content_id = rc.content_id
                where rc.kind = {Kinds.Manifest} and {Held} order by rc.key limit @limit
                """,
                repository, version, last, limit),
            row => new ExportedManifest(
                row.Digest(0), row.String(1), row.Int64(2), row.Bool(3),
                [
                    .. (row.StringOrNull(4) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Distinct().Order(StringComparer.Ordinal),
                ]),
            cancellationToken);

    public async Task<IReadOnlyList<Manifest>> ReadAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_read, ("manifests", manifests.Select(digest => digest.ToString()).ToArray())),
            row => new Manifest(row.Digest(0), row.String(1), row.Bytes(2)),
            cancellationToken);

    private static Statement Page(string sql, Guid repository, int version, string? last, int limit) =>
        new(sql, ("repository", repository), ("version", version), ("last", last ?? ""), ("limit", limit));
}
