using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The filters of content by the versions that hold, add or remove it, and by nothing holding it.</summary>
internal static class Membership
{
    public static IEnumerable<SqlFilter> Filters(string id, ContentKind? kind, TimeSpan grace, TimeProvider clock)
    {
        var ofKind = kind is null ? "" : $"and h.kind = {(int)kind}";
        yield return Version("repository_version", id, ofKind, (version, _) =>
            $"h.version_added <= {version} and (h.version_removed is null or h.version_removed > {version})");
        // Rows keep the numbers of versions that are deleted: a version also makes the changes of those right before it.
        yield return Version("repository_version_added", id, ofKind, (version, previous) => $"""
            h.version_added > {previous} and h.version_added <= {version}
            and (h.version_removed is null or h.version_removed > {version})
            """);
        yield return Version("repository_version_removed", id, ofKind, (version, previous) =>
            $"h.version_removed > {previous} and h.version_removed <= {version} and h.version_added <= {previous}");
        yield return new(
            new("orphaned_for", FilterType.Number),
            (sql, values) => Orphaned(sql, id, (long)values[0]!, grace, clock.GetUtcNow()));
        yield return Storage.Filters.Labels("content_label", "content_id", id);
    }

    private static SqlFilter Version(string name, string id, string ofKind, Func<string, string, string> holds) => new(
        new(name, FilterType.Resource) { Kinds = [ResourceKind.RepositoryVersion, ResourceKind.Repository] },
        (sql, values) =>
        {
            var resource = (ResourceReference)values[0]!;
            var repository = sql.Value(resource.Id);
            var version = resource.Kind is ResourceKind.RepositoryVersion
                ? sql.Value(resource.Number)
                : $"(select r.head from repository r where r.id = {repository})";
            var previous = $"""
                coalesce((select max(p.number) from repository_version p
                  where p.repository_id = {repository} and p.number < {version}), -1)
                """;
            return $"""
                {id} in (select h.content_id from repository_content h
                  where h.repository_id = {repository} {ofKind} and {holds(version, previous)})
                """;
        });

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
