using OrleansRegistry.PullThrough;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The list of pull-through distributions.</summary>
internal static class PullThroughLists
{
    public static Definition<PullThroughRecord> Distributions(Dialect dialect) => new()
    {
        From = "pull_through t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"""
            select t.id, t.name, t.base_path, t.remote_id, t.private, t.hidden, t.description, t.tag_ttl, t.namespace_id,
              t.created_at, t.updated_at, {LabelColumn.OfResource(dialect, "t.id")},
              (select {dialect.JoinIds("d.id")} from distribution d where d.pull_through_id = t.id)
            from pull_through t
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.PullThroughDistribution),
            .. Filters.Names("name", "t.name"),
            Filters.Text("base_path", "t.base_path"),
            Filters.Contains("base_path__contains", "t.base_path"),
            Filters.ContainsAnyCase("base_path__icontains", "t.base_path"),
            Filters.Texts("base_path__in", "t.base_path"),
            Filters.Labels("resource_label", "resource_id", "t.id"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "t.updated_at",
            ["name"] = "t.name",
            ["base_path"] = "t.base_path",
            ["description"] = "t.description",
            ["private"] = "t.private",
            ["hidden"] = "t.hidden",
        },
        Read = row => new(
            row.Guid(0),
            new(
                row.String(1), row.String(2), row.GuidOrNull(3), row.Bool(4), row.Bool(5), row.StringOrNull(6),
                LabelColumn.Read(row, 11), row.Int32(7)),
            row.GuidOrNull(8),
            Children(row.StringOrNull(12)),
            row.Time(9),
            row.Time(10)),
    };

    private static IReadOnlyList<Guid> Children(string? ids) =>
        ids is null ? [] : [.. ids.Split(',').Select(Guid.Parse).Order()];
}
