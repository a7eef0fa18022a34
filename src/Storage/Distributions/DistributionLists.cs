using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The lists of distributions and of namespaces.</summary>
internal static class DistributionLists
{
    public static Definition<DistributionRecord> Distributions(Dialect dialect) => new()
    {
        From = "distribution t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"""
            select t.id, t.name, t.base_path, t.repository_id, t.pinned_version, t.private, t.hidden, t.description,
              t.namespace_id, t.created_at, coalesce(t.updated_at, t.created_at),
              {LabelColumn.OfResource(dialect, "t.id")}, t.remote_id, t.trust_policy_id
            from distribution t
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.Distribution),
            .. Filters.Names("name", "t.name"),
            Filters.Text("base_path", "t.base_path"),
            Filters.Contains("base_path__contains", "t.base_path"),
            Filters.ContainsAnyCase("base_path__icontains", "t.base_path"),
            Filters.Texts("base_path__in", "t.base_path"),
            Served("repository", isList: false),
            Served("repository__in", isList: true),
            WithContent,
            Filters.Labels("resource_label", "resource_id", "t.id"),
            new(
                new("namespace__name", FilterType.Text),
                (sql, values) =>
                    $"t.namespace_id in (select n.id from namespace n where n.name = {sql.Value(values[0])})"),
            new(
                new("namespace", FilterType.Resource)
                {
                    Kinds = [ResourceKind.Namespace], Scope = FilterScope.Internal,
                },
                (sql, values) => $"t.namespace_id = {sql.Value(((ResourceReference)values[0]!).Id)}"),
            new(
                new("trust_policy", FilterType.Resource) { Kinds = [ResourceKind.TrustPolicy], TakesNull = true },
                (sql, values) => values[0] is ResourceReference policy
                    ? $"t.trust_policy_id = {sql.Value(policy.Id)}"
                    : "t.trust_policy_id is null"),
            new(
                new("is_held", FilterType.Flag) { Scope = FilterScope.Internal },
                (_, values) => $"{(values[0] is true ? "" : "not ")}{IsHeld}"),
            new(
                new("repository_version", FilterType.Resource)
                {
                    Kinds = [ResourceKind.RepositoryVersion], Scope = FilterScope.Internal,
                },
                (sql, values) => values[0] is ResourceReference version
                    ? $"(t.repository_id = {sql.Value(version.Id)} and t.pinned_version = {sql.Value(version.Number)})"
                    : "t.pinned_version is null"),
            .. GenericTypes.Filters("container.container"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "coalesce(t.updated_at, t.created_at)",
            ["name"] = "t.name",
            ["base_path"] = "t.base_path",
            ["description"] = "t.description",
            ["private"] = "t.private",
            ["hidden"] = "t.hidden",
        },
        Read = row => new(
            row.Guid(0),
            new(
                row.String(1), row.String(2), row.GuidOrNull(3), row.Int32OrNull(4), row.Bool(5), row.Bool(6),
                row.StringOrNull(7), LabelColumn.Read(row, 11))
            {
                TrustPolicy = row.GuidOrNull(13),
            },
            row.GuidOrNull(8),
            row.Time(9),
            row.Time(10))
        {
            Remote = row.GuidOrNull(12),
        },
    };

    public static Definition<NamespaceRecord> Namespaces(Dialect dialect) => new()
    {
        From = "namespace t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = $"""
            select t.id, t.name, t.created_at, {LabelColumn.OfResource(dialect, "t.id")}, t.trust_policy_id from namespace t
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.Namespace),
            .. Filters.Names("name", "t.name"),
            Filters.Labels("resource_label", "resource_id", "t.id"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "t.created_at",
            ["name"] = "t.name",
        },
        Read = row => new(row.Guid(0), row.String(1), LabelColumn.Read(row, 3), row.Time(2))
        {
            TrustPolicy = row.GuidOrNull(4),
        },
    };

    // By a policy of its own, or by that of its repository.
    private const string IsHeld = """
        (t.trust_policy_id is not null or exists (
          select 1 from repository r where r.id = t.repository_id and r.accept_id is not null))
        """;

    private static SqlFilter WithContent => new(
        new("with_content", FilterType.Resource)
        {
            Kinds = [ResourceKind.Blob, ResourceKind.Manifest, ResourceKind.Tag, ResourceKind.Signature],
        },
        (sql, values) => $"""
            exists (select 1 from repository_content h where h.repository_id = t.repository_id
              and h.content_id = {sql.Value(((ResourceReference)values[0]!).Id)}
              and (t.pinned_version is null and h.version_removed is null
                or h.version_added <= t.pinned_version
                  and (h.version_removed is null or h.version_removed > t.pinned_version)))
            """);

    // What a distribution shows as its repository: one that pins a version shows the version instead.
    private static SqlFilter Served(string name, bool isList) => new(
        new(name, FilterType.Resource) { Kinds = [ResourceKind.Repository], IsList = isList, TakesNull = !isList },
        (sql, values) => values.Contains(null)
            ? "(t.repository_id is null or t.pinned_version is not null)"
            : $"({Filters.AnyOf(sql, "t.repository_id", values)} and t.pinned_version is null)");
}
