using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;

namespace OrleansRegistry.Storage;

/// <summary>
/// Numbers of entries in lists of content, kept in this node's memory: what is asked for is counted once, until the
/// catalogue changes. Bounded; the least recently used go first.
/// </summary>
/// <remarks>
/// A count is read together with the number of the catalogue's change, from one state of the database; it is exact for as
/// long as that number is the one that is read before each answer.
/// </remarks>
internal sealed class KeptCounts(IDatabase database, ListGate gate) : IDisposable
{
    private const int Most = 4096;

    private static readonly Statement _change = new($"select {Tally.OfChanges}");

    private readonly MemoryCache _counts = new(new MemoryCacheOptions { SizeLimit = Most });

    private readonly Lock _exchange = new();

    public void Dispose() => _counts.Dispose();

    /// <param name="sql">The parameters of the condition.</param>
    /// <param name="from">The table to choose from.</param>
    /// <param name="condition">Which rows count.</param>
    /// <param name="cancellationToken">Ends the wait; the counting goes on for others.</param>
    public async Task<long> CountAsync(SqlText sql, string from, string condition, CancellationToken cancellationToken)
    {
        var statement = sql.Statement($"select (select count(*) from {from} where {condition}), {Tally.OfChanges}");
        var key = KeyOf(statement);
        while (true)
        {
            if (_counts.Get<Lazy<Task<Count>>>(key) is not { } kept)
                return (await BeginAsync(null)).Entries;
            var change = (await gate.QueryAsync(database, _change, row => row.Int64(0), cancellationToken))[0];
            var count = await kept.Value.WaitAsync(cancellationToken);
            if (count.Change == change)
                return count.Entries;
            if (_counts.Get<Lazy<Task<Count>>>(key) == kept)
                return (await BeginAsync(kept)).Entries;
        }

        // One counts for all who ask at once. What somebody else began meanwhile is later than the asking, too.
        async Task<Count> BeginAsync(Lazy<Task<Count>>? outdated)
        {
            Lazy<Task<Count>> begun;
            lock (_exchange)
            {
                var kept = _counts.Get<Lazy<Task<Count>>>(key);
                begun = kept is null || kept == outdated ? new(() => Task.Run(() => ReadAsync(key, statement))) : kept;
                if (begun != kept)
                    _counts.Set(key, begun, new MemoryCacheEntryOptions { Size = 1 });
            }

            return await begun.Value.WaitAsync(cancellationToken);
        }
    }

    private async Task<Count> ReadAsync(string key, Statement statement)
    {
        try
        {
            return (await gate.QueryAsync(
                database, statement, row => new Count(row.Int64(0), row.Int64(1)), CancellationToken.None))[0];
        }
        catch
        {
            _counts.Remove(key);
            throw;
        }
    }

    // Of fixed length, whatever is asked for.
    private static string KeyOf(Statement statement)
    {
        var values = new List<object?>();
        foreach (var (_, value) in statement.Parameters)
            values.Add(value);
        return Convert.ToBase64String(SHA256.HashData(
            JsonSerializer.SerializeToUtf8Bytes<object?[]>([statement.Sql, .. values])));
    }

    private sealed record Count(long Entries, long Change);
}
