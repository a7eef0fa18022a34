using OrleansRegistry.Content;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IVersionReader"/>
public sealed class VersionReader(IDatabase database) : IVersionReader
{
    private const string InVersion = "version_added <= @version and (version_removed is null or version_removed > @version)";

    public async Task<ContentUnit?> FindAsync(
        Guid repository, int version, ContentKey key, CancellationToken cancellationToken)
    {
        // The rows of one key follow each other in time: the newest that is old enough is the only candidate.
        var found = await database.QueryAsync(
            new(
                """
                select kind, key, target, version_removed from repository_content
                where repository_id = @repository and kind = @kind and key = @key and version_added <= @version
                order by version_added desc limit 1
                """,
                ("repository", repository), ("kind", (int)key.Kind), ("key", key.Key), ("version", version)),
            row => (Unit: Rows.Unit(row), Removed: row.Int32OrNull(3)),
            cancellationToken);
        return found is [{ Removed: var removed, Unit: var unit }] && (removed is null || removed > version) ? unit : null;
    }

    public Task<IReadOnlyList<ContentUnit>> ListAsync(
        Guid repository, int version, ContentKind kind, string? last, int limit, CancellationToken cancellationToken) =>
        ListAsync(repository, version, kind, last, limit, "", [], cancellationToken);

    public Task<IReadOnlyList<ContentUnit>> ListTagsAsync(
        Guid repository, int version, string? last, int limit, Withheld withheld, CancellationToken cancellationToken)
    {
        var sql = new SqlText(database.Dialect);
        var visible = withheld.IsNothing ? "" : $"and not {WithheldRows.Digests(sql, "target", withheld)}";
        return ListAsync(
            repository, version, ContentKind.Tag, last, limit, visible, sql.Parameters, cancellationToken);
    }

    public async Task<IReadOnlyList<Referrer>> ReferrersAsync(
        Guid repository, int version, ReferrerQuery query, Withheld withheld, CancellationToken cancellationToken)
    {
        var sql = new SqlText(database.Dialect);
        var visible = withheld.IsNothing ? "" : $"and not {WithheldRows.Digests(sql, "m.digest", withheld)}";
        var ofType = query.ArtifactType is null ? "" : "and m.artifact_type = @type";
        var after = query.After is null ? "" : $"""
            and (rc.version_added, rc.content_id) > (
              select version_added, content_id from repository_content
              where repository_id = @repository and kind = {Kinds.Manifest} and key = @after and {InVersion})
            """;
        return await database.QueryAsync(
            new(
                $"""
                select m.digest, m.media_type, m.size, m.artifact_type, m.annotations
                from manifest_link l
                join repository_content rc on rc.content_id = l.manifest_id and rc.repository_id = @repository
                join manifest m on m.content_id = l.manifest_id
                where l.digest = @subject and l.kind = {Links.Subject} and {InVersion} {ofType} {after} {visible}
                order by rc.version_added, rc.content_id limit @limit
                """,
                [
                    ("repository", repository), ("subject", query.Subject.ToString()), ("version", version),
                    ("limit", query.Limit), ("type", query.ArtifactType ?? ""),
                    ("after", query.After?.ToString() ?? ""), .. sql.Parameters,
                ]),
            row => new Referrer(
                row.Digest(0), row.String(1), row.Int64(2), row.StringOrNull(3), row.StringOrNull(4)),
            cancellationToken);
    }

    private async Task<IReadOnlyList<ContentUnit>> ListAsync(
        Guid repository,
        int version,
        ContentKind kind,
        string? last,
        int limit,
        string condition,
        IEnumerable<(string Name, object? Value)> parameters,
        CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select kind, key, target from repository_content
                where repository_id = @repository and kind = @kind and key > @last and {InVersion} {condition}
                order by key limit @limit
                """,
                [
                    ("repository", repository), ("kind", (int)kind), ("last", last ?? ""), ("version", version),
                    ("limit", limit), .. parameters,
                ]),
            Rows.Unit,
            cancellationToken);
}
