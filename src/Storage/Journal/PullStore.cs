using OrleansRegistry.Journal;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IPullStore"/>
public sealed class PullStore(IDatabase database, TimeProvider clock) : IPullStore, IPullReader
{
    // Nodes that add to the same rows take their locks in the same order.
    private readonly string _add = $"""
        insert into pull (
          id, manifest_digest, repository_id, repository_name, base_path, tag, account_id, account_name, address, day,
          pulls, first_at, last_at)
        select r.id, r.manifest, r.repository,
          coalesce((select o.name from repository o where o.id = r.repository), r.name), r.name, r.tag, r.account,
          r.account_name, r.address, r.day, r.pulls, r.first_at, r.last_at
        from {database.Dialect.Rows(
            "r", "id", "manifest", "repository", "name", "tag", "account", "account_name", "address", "day", "pulls",
            "first_at", "last_at")} where true
        on conflict (manifest_digest, repository_id, account_id, address, day) do update set
          pulls = pull.pulls + excluded.pulls,
          first_at = case when excluded.first_at < pull.first_at then excluded.first_at else pull.first_at end,
          last_at = case when excluded.last_at > pull.last_at then excluded.last_at else pull.last_at end,
          repository_name = {Later("repository_name")},
          base_path = {Later("base_path")},
          account_name = {Later("account_name")},
          tag = case when excluded.tag = '' or (excluded.last_at < pull.last_at and pull.tag <> '')
            then pull.tag else excluded.tag end
        """;

    public async Task AddAsync(IReadOnlyCollection<PullEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
            return;
        var (now, inOrder) = (clock.GetUtcNow(), InOrder(entries));
        var add = Statement.OverRows(
            _add,
            inOrder.Count,
            ("id", Column(_ => Guid.CreateVersion7(now))),
            ("manifest", Column(entry => entry.Key.Manifest.ToString())),
            ("repository", Column(entry => entry.Key.Repository)),
            ("name", Column(entry => entry.Name.ToString())),
            ("tag", Column(entry => entry.Tag?.ToString() ?? "")),
            ("account", Column(entry => entry.Key.User ?? PullLists.Nobody)),
            ("account_name", Column(entry => entry.UserName)),
            ("address", Column(entry => entry.Key.Address?.ToString() ?? "")),
            ("day", Column(entry => Midnight(entry.Key.Day))),
            ("pulls", Column(entry => entry.Count)),
            ("first_at", Column(entry => entry.First)),
            ("last_at", Column(entry => entry.Last)));
        await database.TransactAsync(session => session.ExecuteAsync(add, cancellationToken), cancellationToken);

        T[] Column<T>(Func<PullEntry, T> value) => [.. inOrder.Select(value)];
    }

    public Task<int> ForgetAsync(DateOnly day, int limit, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    "delete from pull where id in (select id from pull where day <= @day order by day, id limit @limit)",
                    ("day", Midnight(day)), ("limit", limit)),
                cancellationToken),
            cancellationToken);

    public Task<IReadOnlyList<PullRecord>> ListAsync(
        IReadOnlyCollection<Digest> manifests, DateOnly since, Guid? after, int limit,
        CancellationToken cancellationToken) => ListAsync(
            new Statement(
                $"select m.value from {database.Dialect.Each("manifests", "m")}",
                ("manifests", manifests.Select(digest => digest.ToString()).ToArray())),
            since,
            after,
            limit,
            cancellationToken);

    /// <summary>The same of the manifests that a statement selects: its one column is their digests.</summary>
    public async Task<IReadOnlyList<PullRecord>> ListAsync(
        Statement manifests, DateOnly since, Guid? after, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new Statement(
                $"""
                {PullLists.Select} where t.manifest_digest in ({manifests.Sql})
                  and t.day >= @pulls_since and t.id > @pulls_after
                order by t.id limit @pulls_limit
                """,
                [
                    .. manifests.Parameters, ("pulls_since", Midnight(since)), ("pulls_after", after ?? Guid.Empty),
                    ("pulls_limit", limit),
                ]),
            PullLists.Read,
            cancellationToken);

    internal static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Later(string column) =>
        $"case when excluded.last_at < pull.last_at then pull.{column} else excluded.{column} end";

    private static List<PullEntry> InOrder(IEnumerable<PullEntry> entries) =>
    [
        .. entries.OrderBy(entry => entry.Key.Manifest.ToString(), StringComparer.Ordinal)
            .ThenBy(entry => entry.Key.Repository).ThenBy(entry => entry.Key.User)
            .ThenBy(entry => entry.Key.Address?.ToString(), StringComparer.Ordinal).ThenBy(entry => entry.Key.Day),
    ];
}
