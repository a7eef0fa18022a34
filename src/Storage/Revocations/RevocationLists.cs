using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;

namespace OrleansRegistry.Storage;

/// <summary>The lists of revocations, and of the repositories of each.</summary>
internal static class RevocationLists
{
    public static readonly string Select = $"""
        select t.id, t.number, t.key_id, t.fingerprint, t.digest, t.reason, t.ticket, t.effective_from, t.created_by,
          t.created_at, t.in_force_at, t.planned_at, t.completed_at, t.withdrawn_at, t.withdrawn_by, t.withdrawn_reason,
          t.refused, {Tally("count(*)")}, {Tally("count(w.done_at)")}, {Tally("count(w.error)")},
          {Tally("coalesce(sum(w.signatures), 0)")}, {Tally("coalesce(sum(w.images), 0)")},
          {Tally("coalesce(sum(w.unsigned_images), 0)")},
          (select string_agg(case when k.fingerprint = '' then k.key_id else k.fingerprint end, ',') from revoked_key k
            where k.revocation_id = t.id),
          t.scope, t.repository_id, t.signed_digest
        from revocation t
        """;

    public static Definition<RevocationRecord> Revocations() => new()
    {
        From = "revocation t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = Select,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.KeyRevocation),
            .. Filters.Numbers("number", "t.number"),
            Filters.Text("key_id", "t.key_id"),
            Filters.Text("fingerprint", "t.fingerprint"),
            Filters.Text("image", "t.digest"),
            Filters.Text("ticket", "t.ticket"),
            new(
                new("dry_run", FilterType.Flag),
                (_, values) => values[0] is true ? "t.number is null" : "t.number is not null"),
            new(
                new("in_force", FilterType.Flag),
                (_, values) => values[0] is true
                    ? "(t.number is not null and t.withdrawn_at is null and t.scope <> 'signatures')"
                    : "(t.number is null or t.withdrawn_at is not null or t.scope = 'signatures')"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["number"] = "t.number",
        },
        Read = Read,
    };

    public static Definition<RevokedRepository> Repositories() => new()
    {
        From = "revocation_repository t",
        Key = "(t.revocation_id, t.repository_id)",
        Newest = "t.name, t.repository_id",
        Select = """
            select t.revocation_id, t.repository_id, t.name, t.signatures, t.images, t.unsigned_images, t.version_before,
              t.version_after, t.done_at, t.error
            from revocation_repository t
            """,
        Filters =
        [
            new(
                new("revocation", FilterType.Id) { Scope = FilterScope.Internal },
                (sql, values) => $"t.revocation_id = {sql.Value(values[0])}"),
            .. Filters.Names("name", "t.name"),
            new(
                new("done", FilterType.Flag),
                (_, values) => values[0] is true ? "t.done_at is not null" : "t.done_at is null"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["name"] = "t.name",
            ["signatures"] = "t.signatures",
            ["images"] = "t.images",
            ["unsigned_images"] = "t.unsigned_images",
        },
        Read = row => new(
            row.Guid(0), row.Guid(1), row.String(2), row.Int32(3), row.Int32(4), row.Int32(5), row.Int32OrNull(6),
            row.Int32OrNull(7), row.TimeOrNull(8), row.StringOrNull(9)),
    };

    public static Definition<UnsignedImage> UnsignedImages() => new()
    {
        From = "revocation_image t",
        Key = "(t.revocation_id, t.repository_id, t.digest)",
        Newest = "t.repository_id, t.digest",
        Select = """
            select t.repository_id, (
              select w.name from revocation_repository w
              where w.revocation_id = t.revocation_id and w.repository_id = t.repository_id), t.digest
            from revocation_image t
            """,
        Filters =
        [
            new(
                new("revocation", FilterType.Id) { Scope = FilterScope.Internal },
                (sql, values) => $"t.revocation_id = {sql.Value(values[0])}"),
            Filters.Text("digest", "t.digest"),
        ],
        Orders = new Dictionary<string, string> { ["digest"] = "t.digest" },
        Read = row => new(row.Guid(0), row.StringOrNull(1) ?? $"{row.Guid(0)}", row.Digest(2)),
    };

    private static string Tally(string aggregate) =>
        $"(select {aggregate} from revocation_repository w where w.revocation_id = t.id)";

    public static RevocationRecord Read(Row row) => new(
        row.Guid(0),
        row.Int64OrNull(1),
        new(
            row.StringOrNull(2), row.StringOrNull(3), row.DigestOrNull(4),
            row.String(24) == "signatures" ? new(row.GuidOrNull(25), row.DigestOrNull(26)) : null),
        row.StringOrNull(23)?.Split(',') ?? [],
        row.String(5),
        row.String(6),
        row.TimeOrNull(7),
        row.String(8),
        row.Time(9),
        row.TimeOrNull(10),
        row.TimeOrNull(11),
        row.TimeOrNull(12),
        row.TimeOrNull(13),
        row.StringOrNull(14),
        row.StringOrNull(15),
        row.Int64(16),
        new(row.Int32(17), row.Int32(18), row.Int32(19), row.Int64(20), row.Int64(21), row.Int64(22)));
}
