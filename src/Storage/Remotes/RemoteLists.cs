using System.Text.Json;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Remotes;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The lists of remotes: those of one repository, and those of a whole registry.</summary>
internal static class RemoteLists
{
    public const string OfRepositories = "(select * from remote where kind <> 2) t";
    public const string OfRegistries = "(select * from remote where kind = 2) t";

    public static Definition<RemoteRecord> Remotes(Dialect dialect) =>
        Of(dialect, OfRepositories, ResourceKind.Remote, "container.container", remote => remote);

    public static Definition<PullThroughRemote> PullThroughRemotes(Dialect dialect) => Of(
        dialect, OfRegistries, ResourceKind.PullThroughRemote, "container.pull-through",
        remote => new PullThroughRemote(remote));

    private static Definition<T> Of<T>(
        Dialect dialect, string from, ResourceKind kind, string type, Func<RemoteRecord, T> make) => new()
        {
            From = from,
            Key = "t.id",
            Newest = "t.id desc",
            Select = $"""
            select t.id, t.settings, t.secrets_set, t.created_at, t.updated_at,
              {LabelColumn.OfResource(dialect, "t.id")}
            from remote t
            """,
            Filters =
        [
            .. Filters.Identity("t.id", kind),
            .. Filters.Names("name", "t.name"),
            Filters.Labels("resource_label", "resource_id", "t.id"),
            .. Filters.Times("pulp_last_updated", "t.updated_at"),
            .. GenericTypes.Filters(type),
        ],
            Orders = new Dictionary<string, string>
            {
                ["pk"] = "t.id",
                ["pulp_id"] = "t.id",
                ["pulp_created"] = "t.created_at",
                ["pulp_last_updated"] = "t.updated_at",
                ["name"] = "t.name",
                ["url"] = "t.url",
                ["upstream_name"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.UpstreamName)),
                ["policy"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.Policy)),
                ["tls_validation"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.TlsValidation)),
                ["download_concurrency"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.DownloadConcurrency)),
                ["max_retries"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.MaxRetries)),
                ["rate_limit"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.RateLimit)),
                ["total_timeout"] = dialect.JsonMember("t.settings", nameof(RemoteSettings.TotalTimeout)),
            },
            Read = row => make(new(
                row.Guid(0),
                JsonSerializer.Deserialize<RemoteSettings>(row.String(1))! with { Labels = LabelColumn.Read(row, 5) },
                row.String(2).Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(),
                row.Time(3),
                row.Time(4))),
        };
}
