using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <summary>The lists of audits and of what they found.</summary>
internal static class AuditLists
{
    public static Definition<AuditRecord> Audits() => new()
    {
        From = "trust_audit t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"""
            select t.id, t.parameters, t.created_by, (select k.id from task k where k.id = t.task_id), t.created_at,
              t.finished_at, {Total("count(*)")}, {Total("sum(n.images)")}, {Total("sum(n.valid)")}, {Total("sum(n.newly_refused)")}
            from trust_audit t
            """,
        Filters = [.. Filters.Identity("t.id", ResourceKind.TrustAudit)],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "coalesce(t.finished_at, t.created_at)",
        },
        Read = row => new(
            row.Guid(0), TaskJson.Read<AuditParameters>(row.String(1)), row.String(2), row.GuidOrNull(3), row.Time(4),
            row.TimeOrNull(5), new(row.Int64(6), row.Int64(7), row.Int64(8), row.Int64(9))),
    };

    public static Definition<AuditedName> AuditedNames() => new()
    {
        From = "trust_audit_name t",
        Key = "(t.audit_id, t.name)",
        Newest = "t.name",
        Select = $"select {AuditStore.NameColumns} from trust_audit_name t",
        Filters = [.. Filters.Names("name", "t.name"), OfAudit("t")],
        Orders = new Dictionary<string, string>
        {
            ["name"] = "t.name",
            ["images"] = "t.images",
            ["valid"] = "t.valid",
            ["newly_refused"] = "t.newly_refused",
        },
        Read = AuditStore.ReadName,
    };

    public static Definition<AuditedImage> AuditedImages() => new()
    {
        From = "trust_audit_image t",
        Key = "t.id",
        Newest = "t.id",
        Select = $"select {ImageColumns} from trust_audit_image t",
        Filters =
        [
            OfAudit("t"),
            Filters.Text("name", "t.name"),
            Filters.Text("manifest", "t.digest"),
            Filters.Text("fingerprint", "t.fingerprint"),
            new(new("valid", FilterType.Flag), (_, values) => values[0] is true ? "t.is_valid" : "not t.is_valid"),
            new(
                new("newly_refused", FilterType.Flag),
                (_, values) => values[0] is true
                    ? "(t.was_valid and not t.is_valid)"
                    : "(t.was_valid is null or not t.was_valid or t.is_valid)"),
        ],
        Orders = new Dictionary<string, string> { ["name"] = "t.name", ["manifest"] = "t.digest", ["tag"] = "t.tag" },
        Read = ReadImage,
    };

    public static Definition<AffectedPull> AffectedPulls() => new()
    {
        From = "trust_audit_image i join pull t on t.manifest_digest = i.digest and t.base_path = i.name",
        Key = "(i.id, t.id)",
        Newest = "t.last_at desc, t.id desc",
        Select = $"""
            select {ImageColumns.Replace("t.", "i.")}, t.id, t.account_name, t.address, t.pulls, t.last_at
            from trust_audit_image i join pull t on t.manifest_digest = i.digest and t.base_path = i.name
            """,
        Filters = [OfAudit("i"), new(
            new("newly_refused", FilterType.Flag) { Scope = FilterScope.Internal },
            (_, values) => values[0] is true ? "(i.was_valid and not i.is_valid)" : "true")],
        Orders = new Dictionary<string, string> { ["last_pulled"] = "t.last_at", ["name"] = "i.name" },
        Read = row => new(
            row.Guid(8), ReadImage(row), row.String(9), row.String(10), row.Int64(11), row.Time(12)),
    };

    internal const string ImageColumns =
        "t.id, t.name, t.digest, t.tag, t.is_valid, t.was_valid, t.fingerprint, t.why";

    internal static AuditedImage ReadImage(Row row) => new(
        row.Guid(0), row.String(1), row.Digest(2), row.TagIfAny(3), row.Bool(4),
        row.BoolOrNull(5), row.StringOrNull(6), row.String(7));

    private static string Total(string sum) =>
        $"(select cast(coalesce({sum}, 0) as bigint) from trust_audit_name n where n.audit_id = t.id)";

    private static SqlFilter OfAudit(string table) => new(
        new("audit", FilterType.Id) { Scope = FilterScope.Internal },
        (sql, values) => $"{table}.audit_id = {sql.Value(values[0])}");
}
