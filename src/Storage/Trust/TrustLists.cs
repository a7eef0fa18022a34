using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <summary>The lists of trust policies and of what they said.</summary>
internal static class TrustLists
{
    public static Definition<TrustPolicyRecord> Policies() => new()
    {
        From = "trust_policy t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"select {TrustPolicyStore.Columns} from trust_policy t",
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.TrustPolicy),
            .. Filters.Names("name", "t.name"),
            Filters.Text("mode", "t.mode"),
            new(
                new("is_default", FilterType.Flag),
                (_, values) => values[0] is true ? "t.is_default" : "not t.is_default"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "t.updated_at",
            ["name"] = "t.name",
        },
        Read = TrustPolicyStore.Read,
    };

    public static Definition<TrustPolicyChange> Changes() => new()
    {
        From = "trust_policy_change t",
        Key = "(t.policy_id, t.revision)",
        Newest = "t.revision desc",
        Select = """
            select t.policy_id, t.revision, t.action, t.name, t.document, t.mode, t.is_default, t.changed_by, t.changed_at
            from trust_policy_change t
            """,
        Filters =
        [
            new(
                new("policy", FilterType.Id) { Scope = FilterScope.Internal },
                (sql, values) => $"t.policy_id = {sql.Value(values[0])}"),
        ],
        Orders = new Dictionary<string, string> { ["revision"] = "t.revision" },
        Read = row => new(
            row.Guid(0), row.Int32(1), row.String(2),
            new(row.String(3), row.String(4), TrustModes.Parse(row.String(5)), row.Bool(6)), row.String(7), row.Time(8)),
    };
}
