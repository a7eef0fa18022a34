using System.Text.Json;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Storage;

/// <summary>The list of what became of each reference of a synchronisation.</summary>
internal static class SyncLists
{
    private static readonly string[] Outcomes = [.. Enum.GetValues<SyncOutcome>().Select(SyncWords.Of)];
    private static readonly string[] Reasons = [.. Enum.GetValues<SyncReason>().Select(SyncWords.Of)];

    public static Definition<SyncEntry> Entries() => new()
    {
        From = "sync_entry t",
        Key = "t.id",
        Newest = "t.sync_id, t.reference",
        Select = """
            select t.id, t.sync_id, t.reference, t.kind, t.outcome, t.digest, t.reason, t.message, t.notes,
              t.manifests, t.blobs, t.signatures, t.bytes
            from sync_entry t
            """,
        Filters =
        [
            Filters.Text("outcome", "t.outcome", Outcomes),
            Filters.Texts("outcome__in", "t.outcome", Outcomes),
            Filters.Text("reason", "t.reason", Reasons),
            Filters.Text("reference", "t.reference"),
            Filters.Text("digest", "t.digest"),
            new(
                new("repository", FilterType.Resource) { Kinds = [ResourceKind.Repository], Scope = FilterScope.Internal },
                (sql, values) => $"""
                    t.sync_id in (
                      select s.id from sync s where s.repository_id = {sql.Value(((ResourceReference)values[0]!).Id)})
                    """),
        ],
        Orders = new Dictionary<string, string>
        {
            ["reference"] = "t.reference",
            ["outcome"] = "t.outcome",
            ["bytes"] = "t.bytes",
        },
        Read = row => new(
            row.Guid(0), row.Guid(1), row.String(2), (ReferenceKind)row.Int32(3), row.StringOrNull(4),
            row.DigestOrNull(5), row.StringOrNull(6), row.StringOrNull(7),
            JsonSerializer.Deserialize<string[]>(row.String(8))!,
            new(row.Int64(9), row.Int64(10), row.Int64(11), row.Int64(12))),
    };
}
