using System.Text.Json;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <summary>The list of keys. Those that nobody knows stand in no list unless they are asked for.</summary>
internal static class SigningKeyLists
{
    public const string KnownColumns = """
        t.key_id, t.fingerprint, t.kind, t.algorithm, t.bits, t.user_ids, t.primary_fingerprint, t.public_key,
          t.expires_at, case when t.ended_at is null then 0 else 1 end
        """;

    // What names a known key by its id alone is the known key's.
    private const string Claimed = """
        (t.public_key is null and not (t.fingerprint = '' and exists (
          select 1 from signing_key o where o.key_id = t.key_id and o.public_key is not null)))
        """;

    private const string Revoked = $"""
        exists (select 1 from revoked_key k join revocation v on v.id = k.revocation_id
          where {RevokedRows.InForce} and k.key_id = t.key_id
          and (k.fingerprint = '' or t.fingerprint = '' or k.fingerprint = t.fingerprint))
        """;

    private static string NamedBy(string table) =>
        $"{table}.key_id = t.key_id and ({table}.fingerprint = '' or t.fingerprint = '' or {table}.fingerprint = t.fingerprint)";

    // What signatures call it: by its fingerprint, and by its id alone.
    private static string Used(string aggregate) =>
        $"(select {aggregate} from key_use u where u.key_id = t.key_id and u.fingerprint in (t.fingerprint, ''))";

    private static readonly string[] States = ["active", "revoked", "expired", "unknown"];

    public static Definition<SigningKeyRecord> Keys(TimeProvider clock) => new()
    {
        From = "signing_key t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = $"""
            select {KnownColumns}, t.id, t.ended_at, t.note, t.created_at,
              {Used("min(u.first_seen)")}, {Used("max(u.last_seen)")},
              coalesce({Used("sum(u.signatures)")}, 0), coalesce({Used("sum(u.manifests)")}, 0),
              {Used("count(distinct case when u.signatures > 0 then u.repository_id end)")},
              r.number, r.created_at, coalesce({Used("sum(u.proven)")}, 0)
            from signing_key t left join revocation r on r.number = (
              select max(v.number) from revoked_key k join revocation v on v.id = k.revocation_id
              where {RevokedRows.InForce} and {NamedBy("k")})
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.SigningKey),
            Filters.Text("fingerprint", "t.fingerprint"),
            Filters.Text("key_id", "t.key_id"),
            Filters.Text("kind", "t.kind", "openpgp", "cosign"),
            Filters.Text("primary", "t.primary_fingerprint"),
            Filters.ContainsAnyCase("user_id__icontains", "t.user_ids"),
            new(
                new("state", FilterType.Text) { Choices = States },
                (sql, values) => (string)values[0]! switch
                {
                    "unknown" => $"{Claimed} and not {Revoked}",
                    "revoked" => $"({Revoked} or t.ended_at is not null)",
                    "expired" => $"{Live} and t.expires_at <= {sql.Value(clock.GetUtcNow())}",
                    _ => $"{Live} and (t.expires_at is null or t.expires_at > {sql.Value(clock.GetUtcNow())})",
                }),
            new(
                new("is_listed", FilterType.Flag) { Scope = FilterScope.Internal },
                (_, _) => $"(t.public_key is not null or {Revoked})"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["fingerprint"] = "t.fingerprint",
            ["key_id"] = "t.key_id",
        },
        Read = row => new(
            row.Guid(10), NameOf(row, 0), row.IsNull(7) ? null : Known(row, 0), row.TimeOrNull(11), row.String(12),
            row.Time(13), row.TimeOrNull(14), row.TimeOrNull(15),
            row.IsNull(19) ? null : (row.Int64(19), row.Time(20)), row.Int64(16), row.Int64(21), row.Int64(17),
            row.Int64(18)),
    };

    private const string Live = $"t.public_key is not null and t.ended_at is null and not {Revoked}";

    public static KnownKey Known(Row row, int first) => new(
        NameOf(row, first),
        row.String(first + 2),
        row.StringOrNull(first + 3) ?? "",
        row.Int32OrNull(first + 4),
        JsonSerializer.Deserialize<string[]>(row.String(first + 5)) ?? [],
        row.StringOrNull(first + 6),
        row.String(first + 7),
        row.TimeOrNull(first + 8),
        row.Int32(first + 9) == 1);

    private static KeyName NameOf(Row row, int first) =>
        new(row.String(first), row.String(first + 1) is { Length: > 0 } fingerprint ? fingerprint : null);
}
