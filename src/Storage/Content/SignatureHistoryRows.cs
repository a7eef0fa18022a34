using OrleansRegistry.Content;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <summary>What is told of signatures, and of where they were: for a page of them at once.</summary>
internal sealed class SignatureHistoryRows(IDatabase database, ListGate gate, TimeProvider clock)
{
    private const int MostSpans = 100;

    // Of several known keys that go by one key id, the one that counts longest.
    private const string Known = """
        from signing_key o where o.key_id = s.key_id and o.public_key is not null
          and (s.fingerprint is null or o.fingerprint = s.fingerprint)
        order by case when o.ended_at is null then 0 else 1 end, case when o.expires_at is null then 0 else 1 end,
          o.expires_at desc, o.fingerprint limit 1
        """;

    // Rows keep the numbers of versions that are deleted: who made the change is known by that number, and the next version
    // shows it.
    private static string TaskOf(string table, string number) =>
        $"(select t.id from task t where t.made_repository_id = {table}.repository_id and t.made_number = {number} limit 1)";

    private static string VersionOf(string number) => $"""
        (select v.number {NextOf(number)}), (select v.created_at {NextOf(number)})
        """;

    private static string NextOf(string number) => $"""
        from repository_version v where v.repository_id = h.repository_id and v.number >= {number}
        order by v.number limit 1
        """;

    // A version that a task noted as its own was made by no revocation: that found it done. Two revocations that were carried
    // out at once may have made one version.
    private static readonly string _revocation = $"""
        case when h.version_removed is not null and h.removing is null then (
          select w.revocation_id from revocation_repository w join revocation v on v.id = w.revocation_id
          where w.repository_id = h.repository_id and w.version_after = h.version_removed and v.number is not null
            and (v.scope <> 'key' or exists (
              select 1 from revoked_key k join signature s on s.content_id = h.content_id
              where k.revocation_id = v.id and {RevokedRows.NamedBy("s")}))
          order by v.number limit 1) end
        """;

    /// <summary>What there is to say of signatures, in the order of the ids; of those that are gone, nothing.</summary>
    /// <param name="ids">Which ones.</param>
    /// <param name="then">A moment; null for that in which each was first seen.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ToldSignature>> TellAsync(
        IReadOnlyList<Guid> ids, DateTimeOffset? then, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var now = clock.GetUtcNow();
        var sql = new SqlText(database.Dialect);
        var moment = then is { } time ? sql.Value(time) : "c.created_at";
        var statement = $"""
            select s.content_id, s.name, s.digest, m.content_id, s.manifest_digest, s.key_id, s.fingerprint, s.signed_at,
              s.creator, s.reference, s.proven, (select o.id {Known}), (select o.expires_at {Known}),
              (select o.ended_at {Known}),
              {RevokedRows.Signatures("s")},
              exists (select 1 from revoked_key k join revocation v on v.id = k.revocation_id
                where v.number is not null and v.created_at <= {moment}
                and (v.withdrawn_at is null or v.withdrawn_at > {moment}) and {RevokedRows.NamedBy("s")}),
              c.created_at
            from signature s join content c on c.id = s.content_id join manifest m on m.digest = s.manifest_digest
            where {database.Dialect.In("s.content_id", sql.Parameter(ids.ToArray()))}
            """;
        var told = await gate.QueryAsync(
            database, sql.Statement(statement), row => Told(row, then, now), cancellationToken);
        var byId = told.ToDictionary(one => one.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    /// <summary>The spans of signatures in all repositories, and how many each has.</summary>
    public Task<Dictionary<Guid, (IReadOnlyList<SignatureSpan> Spans, long Count)>> SpansAsync(
        IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => SpansAsync(ids, null, cancellationToken);

    /// <summary>The one span of each signature that holds a version.</summary>
    public async Task<Dictionary<Guid, SignatureSpan>> SpansAsync(
        IReadOnlyList<Guid> ids, Guid repository, int number, CancellationToken cancellationToken) =>
        (await SpansAsync(ids, (repository, number), cancellationToken)).ToDictionary(one => one.Key, one => one.Value.Spans[0]);

    private async Task<Dictionary<Guid, (IReadOnlyList<SignatureSpan> Spans, long Count)>> SpansAsync(
        IReadOnlyList<Guid> ids, (Guid Repository, int Number)? version, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var sql = new SqlText(database.Dialect);
        var held = "";
        if (version is var (repository, number))
        {
            // The sum is for a planner that would rather read all versions up to that one.
            var at = sql.Value(number);
            held = $"""
                and x.repository_id = {sql.Value(repository)} and x.version_added + 0 <= {at}
                and (x.version_removed is null or x.version_removed > {at})
                """;
        }

        var statement = $"""
            with held as materialized (
              select x.content_id, x.repository_id, x.version_added, x.version_removed,
                row_number() over (partition by x.content_id order by x.version_added desc, x.repository_id) as place,
                count(*) over (partition by x.content_id) as spans
              from repository_content x join repository r on r.id = x.repository_id
              where x.kind = {Kinds.Signature}
              and {database.Dialect.In("x.content_id", sql.Parameter(ids.ToArray()))} {held}
            ), made as materialized (
              select d.*, {TaskOf("d", "d.version_removed")} as removing from held d where d.place <= {MostSpans}
            ), named as materialized (
              select h.*, {_revocation} as revocation_id from made h
            )
            select h.content_id, h.repository_id, h.spans,
              {VersionOf("h.version_added")}, {TaskOf("h", "h.version_added")},
              {VersionOf("h.version_removed")}, h.removing,
              h.revocation_id, (select v.number from revocation v where v.id = h.revocation_id),
              (select t.id from revocation_repository w join task t on t.id = w.task_id
                where w.revocation_id = h.revocation_id and w.repository_id = h.repository_id)
            from named h order by h.repository_id, h.version_added
            """;
        var spans = await gate.QueryAsync(database, sql.Statement(statement), Span, cancellationToken);
        return spans.OfType<(Guid Signature, long Count, SignatureSpan Span)>().GroupBy(one => one.Signature).ToDictionary(
            group => group.Key, group => ((IReadOnlyList<SignatureSpan>)[.. group.Select(one => one.Span)], group.First().Count));
    }

    private static ToldSignature Told(Row row, DateTimeOffset? moment, DateTimeOffset now)
    {
        var then = moment ?? row.Time(16);
        var key = row.GuidOrNull(11);
        var (expires, ended) = (row.TimeOrNull(12), row.TimeOrNull(13));
        return new(
            row.Guid(0), row.String(1), row.Digest(2), row.Guid(3), row.Digest(4), row.String(5), row.StringOrNull(6),
            row.Time(7), row.StringOrNull(8), row.String(9), row.Bool(10), key,
            KeyStates.Of(row.Bool(15) || ended <= then, key is not null, expires, then),
            KeyStates.Of(row.Bool(14) || ended is not null, key is not null, expires, now));
    }

    // Null where the repository's versions are gone, and it will be.
    private static (Guid, long, SignatureSpan)? Span(Row row)
    {
        if (Change(row, 3, null) is not { } added)
            return null;
        RevocationName? revocation = row.GuidOrNull(9) is { } id ? new(id, row.Int64(10)) : null;
        return (row.Guid(0), row.Int64(2), new(row.Guid(1), added, Change(row, 6, revocation)));
    }

    // By the task of the change itself, or by that of the revocation.
    private static MadeChange? Change(Row row, int first, RevocationName? revocation) => row.Int32OrNull(first) is { } version
        ? new(version, row.Time(first + 1), row.GuidOrNull(revocation is null ? first + 2 : 11), revocation)
        : null;
}
