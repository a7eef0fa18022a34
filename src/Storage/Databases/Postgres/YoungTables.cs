using Npgsql;

namespace OrleansRegistry.Storage;

/// <summary>
/// Gathers the planner's statistics of tables that grow fast from nothing. Autovacuum looks once a minute; until then a
/// plan made for ten rows, such as reading a whole repository to find one tag, is kept while ten thousand more arrive.
/// </summary>
/// <remarks>
/// It looks when the rows that this node changed have doubled, and analyzes what is four times its size at the last
/// time: a few times in a table's life, and then never again. Source: PostgreSQL, "Statistics Used by the Planner".
/// </remarks>
internal sealed class YoungTables(NpgsqlDataSource source)
{
    private const long FirstLook = 500;

    private const string Grown = """
        select oid::regclass::text from pg_class
        where relkind = 'r' and relnamespace = current_schema()::regnamespace
        and pg_relation_size(oid) / current_setting('block_size')::bigint > 4 * greatest(relpages, 2)
        """;

    private long _changed;
    private long _nextLook = FirstLook;

    /// <summary>Takes note of rows whose change was committed.</summary>
    public void Grow(long rows)
    {
        var changed = Interlocked.Add(ref _changed, rows);
        var look = Volatile.Read(ref _nextLook);
        if (changed >= look && Interlocked.CompareExchange(ref _nextLook, 2 * changed, look) == look)
            _ = Task.Run(AnalyzeAsync);
    }

    // Beside the work, which does not depend on it: what fails here is tried again when there is twice as much.
    private async Task AnalyzeAsync()
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            var tables = await connection.ReadAsync(new(Grown), row => row.String(0), CancellationToken.None);
            foreach (var table in tables)
            {
                await using var command = connection.Command(new($"analyze {table}"));
                await command.ExecuteNonQueryAsync();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException
            or InvalidOperationException)
        {
        }
    }
}
