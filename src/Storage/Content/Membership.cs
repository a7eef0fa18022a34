using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The filters of content by the versions that hold, add or remove it, and by nothing holding it.</summary>
internal static class Membership
{
    public static IEnumerable<SqlFilter> Filters(string id, ContentKind? kind, TimeSpan grace, TimeProvider clock)
    {
        yield return Version("repository_version", id, kind, "present", (version, _) =>
            $"h.version_added <= {version} and (h.version_removed is null or h.version_removed > {version})");
        // Rows keep the numbers of versions that are deleted: a version also makes the changes of those right before it.
        yield return Version("repository_version_added", id, kind, "added", (version, previous) => $"""
            h.version_added > {previous} and h.version_added <= {version}
            and (h.version_removed is null or h.version_removed > {version})
            """);
        yield return Version("repository_version_removed", id, kind, "removed", (version, previous) =>
            $"h.version_removed > {previous} and h.version_removed <= {version} and h.version_added <= {previous}");
        yield return new(
            new("orphaned_for", FilterType.Number),
            (sql, values) => Orphaned(sql, id, (long)values[0]!, grace, clock.GetUtcNow()))
        {
            IsMomentary = true,
        };
        yield return Storage.Filters.Labels("content_label", "content_id", id);
    }

    private static SqlFilter Version(
        string name, string id, ContentKind? kind, string counted, Func<string, string, string> holds) => new(
        new(name, FilterType.Resource) { Kinds = [ResourceKind.RepositoryVersion, ResourceKind.Repository] },
        (sql, values) =>
        {
            var (repository, version) = Named(sql, values);
            var previous = $"""
                coalesce((select max(p.number) from repository_version p
                  where p.repository_id = {repository} and p.number < {version}), -1)
                """;
            var ofKind = kind is null ? "" : $"and h.kind = {(int)kind}";
            return $"""
                {id} in (select h.content_id from repository_content h
                  where h.repository_id = {repository} {ofKind} and {holds(version, previous)})
                """;
        })
        {
            Number = (sql, values) =>
            {
                var (repository, version) = Named(sql, values);
                var kinds = kind is { } one ? [one] : Enum.GetValues<ContentKind>();
                return $"""
                (select {string.Join(" + ", kinds.Select(each => $"v.{counted}_{Tables.Of(each)}s"))}
                  from repository_version v join repository o on o.id = v.repository_id
                  where v.repository_id = {repository} and v.number = {version})
                """;
            },
        };

    private static (string Repository, string Version) Named(SqlText sql, IReadOnlyList<object?> values)
    {
        var resource = (ResourceReference)values[0]!;
        var repository = sql.Value(resource.Id);
        return (
            repository,
            resource.Kind is ResourceKind.RepositoryVersion
                ? sql.Value(resource.Number)
                : $"(select r.head from repository r where r.id = {repository})");
    }

    // -1 is the time that collection spares content.
    private static string Orphaned(SqlText sql, string id, long minutes, TimeSpan grace, DateTimeOffset now)
    {
        var spared = minutes == -1 ? grace : TimeSpan.FromMinutes(Math.Clamp(minutes, 0, 60L * 24 * 365 * 100));
        return $"""
            {id} in (select o.id from content o where o.touched_at < {sql.Value(now - spared)}
              and not exists (select 1 from repository_content h where h.content_id = o.id)
              and not exists (select 1 from pending p where p.content_id = o.id))
            """;
    }
}
