using OrleansRegistry.Storage;

namespace OrleansRegistry.Conformance;

/// <summary>What the catalogue holds of a leaked key: what no route shows.</summary>
internal sealed class Ledger(string connectionString) : IAsyncDisposable
{
    // The versions in which signatures of a key left, but for those that were asked for.
    private const string Removals = """
        select h.repository_id, h.version_removed from repository_content h join signature s on s.content_id = h.content_id
        where s.key_id = @key and h.version_removed is not null and not exists (
          select 1 from task t where t.made_repository_id = h.repository_id and t.made_number = h.version_removed)
        group by h.repository_id, h.version_removed
        """;

    private readonly PostgresDatabase _database = new(connectionString);

    public IDatabase Database => _database;

    /// <summary>How many signatures by the key the newest versions hold.</summary>
    public async Task<long> HeldAsync(string keyId) => await NumberAsync(
        """
        select count(*) from repository_content h join signature s on s.content_id = h.content_id
        where s.key_id = @key and h.version_removed is null
        """,
        keyId);

    /// <summary>How many repositories have lost all their signatures by the key.</summary>
    public async Task<long> RidAsync(string keyId) => await NumberAsync(
        """
        select count(*) from (
          select 1 from repository_content h join signature s on s.content_id = h.content_id
          where s.key_id = @key group by h.repository_id having count(*) = count(h.version_removed)) rid
        """,
        keyId);

    /// <summary>The node that works, or worked last, on the task that revokes the key; null where none has taken it up.</summary>
    public Task<string?> RunnerAsync(string keyId) => OfTaskAsync("node", keyId);

    /// <summary>Where that task stands.</summary>
    public Task<string?> StateAsync(string keyId) => OfTaskAsync("state", keyId);

    public async Task<bool> IsDecidedAsync(string keyId) => await NumberAsync(
        "select count(*) from revocation where key_id = @key and number is not null", keyId) > 0;

    public async Task<bool> IsInForceAsync(string keyId) => await NumberAsync(
        "select count(*) from revocation where key_id = @key and in_force_at is not null", keyId) > 0;

    public async Task<Dictionary<string, int>> HeadsAsync() =>
        (await _database.QueryAsync(new("select name, head from repository"), row => (row.String(0), row.Int32(1))))
        .ToDictionary(one => one.Item1, one => one.Item2);

    /// <summary>
    /// Fails unless the revocation took all of it out: each repository by one version, which does nothing else; numbers
    /// without a gap, and counts that are true, everywhere.
    /// </summary>
    /// <returns>The repositories that lost some, by name.</returns>
    public async Task<IReadOnlyList<string>> AssertGoneAsync(string keyId)
    {
        Assert.Equal(0, await HeldAsync(keyId));
        var listed = await _database.QueryAsync(
            new(
                """
                select w.repository_id, w.version_before, w.version_after, w.done_at, w.error
                from revocation_repository w join revocation v on v.id = w.revocation_id where v.key_id = @key
                """,
                ("key", keyId)),
            row => (Repository: row.Guid(0), Before: row.Int32OrNull(1), After: row.Int32OrNull(2),
                IsDone: !row.IsNull(3), Error: row.StringOrNull(4)));
        Assert.All(listed, one => Assert.True(one is { IsDone: true, Error: null }, $"{one}"));
        var removals = await _database.QueryAsync(
            new(Removals, ("key", keyId)), row => (Repository: row.Guid(0), Version: row.Int32(1)));
        Assert.Equal(removals.Count, removals.Select(one => one.Repository).Distinct().Count());
        Assert.Empty(removals.Select(one => one.Repository).Except(listed.Select(one => one.Repository)));
        foreach (var (repository, version) in removals)
        {
            var told = listed.Single(one => one.Repository == repository);
            Assert.Equal((version - 1, version), (told.Before, told.After));
            Assert.Equal(
                await NumberAsync(
                    """
                    select count(*) from repository_content h join signature s on s.content_id = h.content_id
                    where s.key_id = @key and h.repository_id = @repository and h.version_removed = @version
                    """,
                    keyId, ("repository", repository), ("version", version)),
                await NumberAsync(
                    """
                    select case when added_blobs + added_manifests + added_tags + added_signatures + removed_blobs
                      + removed_manifests + removed_tags = 0 then removed_signatures else -1 end
                    from repository_version where repository_id = @repository and number = @version and @key <> ''
                    """,
                    keyId, ("repository", repository), ("version", version)));
        }

        foreach (var repository in await _database.QueryAsync(new("select id from repository"), row => row.Guid(0)))
            await Recount.AssertAsync(_database, repository);
        var names = (await _database.QueryAsync(new("select id, name from repository"), row => (row.Guid(0), row.String(1))))
            .ToDictionary(one => one.Item1, one => one.Item2);
        return [.. removals.Select(one => names[one.Repository]).Order(StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<string?> OfTaskAsync(string column, string keyId) => (await _database.QueryAsync(
        new(
            $"select {column} from task where kind = 'revocation.run' and arguments like '%' || @key || '%'", ("key", keyId)),
        row => row.StringOrNull(0))).SingleOrDefault();

    private async Task<long> NumberAsync(string sql, string keyId, params (string Name, object? Value)[] parameters) =>
        Assert.Single(await _database.QueryAsync(new(sql, [("key", keyId), .. parameters]), row => row.Int64(0)));
}
