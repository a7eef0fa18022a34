using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The lists of repositories and of their versions.</summary>
internal static class RepositoryLists
{
    private static readonly ResourceKind[] AnyContent =
        [ResourceKind.Blob, ResourceKind.Manifest, ResourceKind.Tag, ResourceKind.Signature];

    private const string VersionHolds =
        "h.version_added <= t.number and (h.version_removed is null or h.version_removed > t.number)";

    public static Definition<RepositoryRecord> Repositories(Dialect dialect) => new()
    {
        From = "repository t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"""
            select t.id, t.name, t.description, t.remote_id, t.retain_repo_versions, t.retain_checkpoints, t.head,
              t.created_at, coalesce(t.updated_at, t.created_at), {LabelColumn.OfResource(dialect, "t.id")},
              t.signing_service_id, s.id, s.started_at, coalesce(s.outcome, k.state),
              t.sync_schedule, t.sync_mirror, t.sync_signed_only, t.allow_sparse_indexes,
              t.sign_on_push_id, t.sign_on_push_user_id, t.sign_on_push_host, t.accept_id, t.accept_minutes, t.accept_host
            from repository t left join sync s on s.repository_id = t.id left join task k on k.id = s.id
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.Repository),
            .. Filters.Names("name", "t.name"),
            Filters.Labels("resource_label", "resource_id", "t.id"),
            Filters.Resource("remote", "t.remote_id", ResourceKind.Remote),
            .. Filters.Numbers("retain_repo_versions", "t.retain_repo_versions"),
            .. Filters.Numbers("retain_checkpoints", "t.retain_checkpoints"),
            new(
                new("is_scheduled", FilterType.Flag) { Scope = FilterScope.Internal },
                (_, values) => $"t.sync_schedule is {((bool)values[0]! ? "not " : "")}null"),
            Holding("with_content", "true"),
            Holding("latest_with_content", "h.version_removed is null"),
            .. GenericTypes.Filters("container.container"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "coalesce(t.updated_at, t.created_at)",
            ["name"] = "t.name",
            ["description"] = "t.description",
            ["retain_repo_versions"] = "t.retain_repo_versions",
            ["retain_checkpoints"] = "t.retain_checkpoints",
        },
        Read = row => new(
            row.Guid(0),
            new(
                row.String(1), row.StringOrNull(2), row.GuidOrNull(3), row.Int32OrNull(4), row.Int32OrNull(5),
                LabelColumn.Read(row, 9))
            {
                SigningService = row.GuidOrNull(10),
                SyncSchedule = row.StringOrNull(14),
                SyncMirrors = row.Bool(15),
                SyncsSignedOnly = row.Bool(16),
                AllowsSparseIndexes = row.Bool(17),
                SignOnPush = row.GuidOrNull(18) is { } service
                    ? new(service, row.GuidOrNull(19), row.String(20))
                    : null,
                Accept = row.GuidOrNull(21) is { } policy ? new(policy, row.Int32OrNull(22), row.String(23)) : null,
            },
            row.Int32(6),
            row.Time(7),
            row.Time(8))
        {
            LastSync = row.GuidOrNull(11) is { } task ? new(task, row.Time(12), row.StringOrNull(13)) : null,
        },
    };

    public static Definition<VersionRecord> Versions() => new()
    {
        From = "repository_version t",
        Key = "(t.repository_id, t.number)",
        Newest = "t.created_at desc, t.repository_id, t.number desc",
        Select = """
            select t.number, t.created_at,
              t.added_blobs, t.added_manifests, t.added_tags, t.added_signatures,
              t.removed_blobs, t.removed_manifests, t.removed_tags, t.removed_signatures,
              t.present_blobs, t.present_manifests, t.present_tags, t.present_signatures,
              r.last_number, r.retain_repo_versions, t.id, t.repository_id
            from repository_version t join repository r on r.id = t.repository_id
            """,
        Filters =
        [
            Named("pulp_href__in"),
            Named("prn__in"),
            new(
                new("pulp_id__in", FilterType.Id) { IsList = true },
                (sql, values) => sql.Dialect.In("t.id", sql.Parameter(values.Cast<Guid>().ToArray()))),
            .. Filters.Numbers("number", "t.number"),
            .. Filters.Times("pulp_created", "t.created_at"),
            WithContent("content", isList: false),
            WithContent("content__in", isList: true),
            new(
                new("repository", FilterType.Resource)
                {
                    Kinds = [ResourceKind.Repository], Scope = FilterScope.Internal,
                },
                (sql, values) => $"t.repository_id = {sql.Value(((ResourceReference)values[0]!).Id)}"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "t.created_at",
            ["number"] = "t.number",
        },
        Read = row => new(row.Guid(16), row.Guid(17), VersionStatements.Version(row)),
    };

    private static SqlFilter Holding(string name, string state) => new(
        new(name, FilterType.Resource) { Kinds = AnyContent },
        (sql, values) => $"""
            t.id in (select h.repository_id from repository_content h
              where h.content_id = {sql.Value(((ResourceReference)values[0]!).Id)} and {state})
            """);

    private static SqlFilter WithContent(string name, bool isList) => new(
        new(name, FilterType.Resource) { Kinds = AnyContent, IsList = isList },
        (sql, values) => $"""
            exists (select 1 from repository_content h where h.repository_id = t.repository_id and {VersionHolds}
              and {Filters.AnyOf(sql, "h.content_id", values)})
            """);

    private static SqlFilter Named(string name) => new(
        new(name, FilterType.Resource) { Kinds = [ResourceKind.RepositoryVersion], IsList = true },
        (sql, values) => $"({string.Join(
            " or ",
            values.Cast<ResourceReference>().Select(version =>
                $"(t.repository_id = {sql.Value(version.Id)} and t.number = {sql.Value(version.Number)})")
                .DefaultIfEmpty("false"))})");
}
