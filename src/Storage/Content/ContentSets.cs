using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IContentSets"/>
public sealed class ContentSets(IDatabase database) : IContentSets
{
    private const string InNewest = "rc.version_removed is null";

    private const string Stored = """
        select c.id, c.kind, coalesce(t.name, c.key), coalesce(t.manifest_digest, s.manifest_digest), coalesce(s.size, 0),
          c.created_at, s.statement
        from content c left join tag t on t.content_id = c.id left join signature s on s.content_id = c.id
        """;

    public async Task<IReadOnlyList<StoredUnit>> FindByIdAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0
            ? []
            : await database.QueryAsync(
                new($"{Stored} where {database.Dialect.In("c.id", "ids")} and not c.doomed", ("ids", ids.ToArray())),
                ReadStored,
                cancellationToken);

    public async Task<IReadOnlyList<StoredUnit>> FindStoredAsync(
        IReadOnlyCollection<ContentUnit> units, CancellationToken cancellationToken) =>
        units.Count == 0
            ? []
            : await database.QueryAsync(
                new(
                    $"{Stored} where c.kind = @kind and {database.Dialect.In("c.key", "identities")} and not c.doomed",
                    ("kind", (int)units.First().Kind),
                    ("identities", units.Select(unit => unit.Identity).ToArray())),
                ReadStored,
                cancellationToken);

    public Task<IReadOnlyList<ContentUnit>> AllAsync(
        Guid repository, int? version, CancellationToken cancellationToken) =>
        UnitsAsync("", "", repository, version, cancellationToken);

    public Task<IReadOnlyList<ContentUnit>> TagsAsync(
        Guid repository, int? version, IReadOnlyCollection<Tag>? names, CancellationToken cancellationToken) =>
        UnitsAsync(
            "", $"and rc.kind = {Kinds.Tag} {Among("rc.key", "names", names)}", repository, version, cancellationToken,
            ("names", names?.Texts() ?? []));

    public Task<IReadOnlyList<ContentUnit>> ManifestsAsync(
        Guid repository,
        int? version,
        IReadOnlyCollection<Digest>? digests,
        IReadOnlyCollection<string>? mediaTypes,
        CancellationToken cancellationToken) =>
        UnitsAsync(
            "join manifest m on m.content_id = rc.content_id",
            $"and rc.kind = {Kinds.Manifest} {Among("rc.key", "digests", digests)} "
            + Among("m.media_type", "types", mediaTypes),
            repository,
            version,
            cancellationToken,
            ("digests", digests?.Texts() ?? []),
            ("types", mediaTypes?.ToArray() ?? []));

    public Task<IReadOnlyList<ContentUnit>> ReferrersAsync(
        Guid repository, int? version, IReadOnlyCollection<Digest> subjects, CancellationToken cancellationToken) =>
        UnitsAsync(
            "join manifest_link l on l.manifest_id = rc.content_id",
            $"and rc.kind = {Kinds.Manifest} and l.kind = {Links.Subject} {Among("l.digest", "subjects", subjects)}",
            repository,
            version,
            cancellationToken,
            ("subjects", subjects.Texts()));

    public async Task<IReadOnlyList<StoredUnit>> SignaturesAsync(
        Guid repository, int? version, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select rc.content_id, rc.kind, rc.key, rc.target, s.size, c.created_at, s.statement from repository_content rc
                join content c on c.id = rc.content_id
                join signature s on s.content_id = rc.content_id
                where rc.repository_id = @repository and rc.kind = {Kinds.Signature} and {At(version)}
                and {database.Dialect.In("s.manifest_digest", "manifests")}
                """,
                ("repository", repository), ("version", version ?? 0), ("manifests", manifests.Texts())),
            ReadStored,
            cancellationToken);

    public Task<IReadOnlyList<ContentUnit>> SignaturesAsync(
        Guid repository, int? version, SignatureFilter filter, CancellationToken cancellationToken)
    {
        var condition = $"and rc.kind = {Kinds.Signature}";
        if (filter.KeyIds is not null)
            condition += $" and {database.Dialect.In("s.key_id", "keys")}";
        if (filter.Fingerprints is not null)
            condition +=
                $" and ({database.Dialect.In("s.fingerprint", "fingerprints")}"
                + $" or (s.fingerprint is null and {database.Dialect.In("s.key_id", "implied")}))";
        if (filter.Manifest is not null)
            condition += " and s.manifest_digest = @manifest";
        return UnitsAsync(
            "join signature s on s.content_id = rc.content_id",
            condition,
            repository,
            version,
            cancellationToken,
            ("keys", filter.KeyIds?.ToArray() ?? []),
            ("fingerprints", filter.Fingerprints?.ToArray() ?? []),
            ("implied", filter.Fingerprints?.Select(SignatureFilter.KeyIdOf).ToArray() ?? []),
            ("manifest", filter.Manifest?.ToString() ?? ""));
    }

    public async Task<ServedSignature?> FindWithheldAsync(
        IReadOnlyCollection<ContentUnit> signatures, Withheld withheld, CancellationToken cancellationToken)
    {
        var sql = new SqlText(database.Dialect);
        var found = await database.QueryAsync(
            sql.Statement(
                $"""
                select c.key, s.name, s.key_id, s.fingerprint, s.bytes, s.content_id
                from content c join signature s on s.content_id = c.id
                where c.kind = {Kinds.Signature} and {database.Dialect.In("c.key", sql.Parameter(signatures.Select(unit => unit.Key).ToArray()))}
                and {WithheldRows.Signatures(sql, "s", withheld.Keys)} limit 1
                """),
            SignatureReader.Read,
            cancellationToken);
        return found.SingleOrDefault();
    }

    public Task<IReadOnlyList<ContentUnit>> RevokedSignaturesAsync(
        Guid repository, int? version, CancellationToken cancellationToken) =>
        UnitsAsync(
            "join signature s on s.content_id = rc.content_id",
            $"and rc.kind = {Kinds.Signature} and {RevokedRows.Signatures("s")}",
            repository, version, cancellationToken);

    public async Task<WithheldManifest?> FindWithheldManifestAsync(
        IReadOnlyCollection<Digest> manifests, Withheld withheld, CancellationToken cancellationToken)
    {
        var sql = new SqlText(database.Dialect);
        var found = await database.QueryAsync(
            sql.Statement(
                $"""
                select c.key, a.key_id, a.fingerprint, c.id from content c join attached_signature a on a.content_id = c.id
                where c.kind = {Kinds.Manifest} and {database.Dialect.In("c.key", sql.Parameter(manifests.Texts()))}
                and {WithheldRows.Signatures(sql, "a", withheld.Keys)} limit 1
                """),
            row => new WithheldManifest(
                row.Digest(0), new(row.String(1), row.String(2)), FirstSeen.Of(row.Guid(3))),
            cancellationToken);
        return found.SingleOrDefault();
    }

    public Task<IReadOnlyList<ContentUnit>> RevokedManifestsAsync(
        Guid repository, CancellationToken cancellationToken) =>
        UnitsAsync(
            "",
            $"""
            and rc.kind = {Kinds.Manifest} and (
              exists (select 1 from revocation v where v.digest = rc.key and {RevokedRows.InForce})
              or exists (
                select 1 from attached_signature a where a.content_id = rc.content_id and {RevokedRows.Signatures("a")}))
            """,
            repository, version: null, cancellationToken);

    // Only what came or went since then can differ; what went and came back does not.
    public async Task<(IReadOnlyList<ContentUnit> Added, IReadOnlyList<ContentUnit> Removed)> DifferenceAsync(
        Guid repository, int version, CancellationToken cancellationToken)
    {
        var gone = await UnitsAsync(
            "", "and rc.version_removed is not null", repository, version, cancellationToken);
        var come = await UnitsAsync(
            "", "and rc.version_added > @since", repository, null, cancellationToken, ("since", version));
        return ([.. gone.Except(come)], [.. come.Except(gone)]);
    }

    private async Task<IReadOnlyList<ContentUnit>> UnitsAsync(
        string join,
        string condition,
        Guid repository,
        int? version,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters) =>
        await database.QueryAsync(
            new(
                $"""
                select rc.kind, rc.key, rc.target from repository_content rc {join}
                where rc.repository_id = @repository and {At(version)} {condition}
                """,
                [("repository", repository), ("version", version ?? 0), .. parameters]),
            Rows.Unit,
            cancellationToken);

    private string Among<T>(string column, string parameter, IReadOnlyCollection<T>? values) =>
        values is null ? "" : $"and {database.Dialect.In(column, parameter)}";

    private static string At(int? version) => version is null ? InNewest : InVersion.Rows;

    private static StoredUnit ReadStored(Row row) => new(
        row.Guid(0), new((ContentKind)row.Int32(1), row.String(2), row.DigestOrNull(3)), row.Int32(4), row.Time(5),
        row.StringOrNull(6));
}
