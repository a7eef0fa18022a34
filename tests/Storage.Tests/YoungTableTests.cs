namespace OrleansRegistry.Storage.Tests;

/// <summary>Statistics of tables that autovacuum has not looked at yet.</summary>
public sealed class YoungTableTests(PostgresEngine engine) : IClassFixture<PostgresEngine>
{
    [Fact]
    public async Task A_table_that_grows_from_nothing_is_analyzed_and_its_plans_made_anew()
    {
        engine.SkipIfAbsent();
        await using var database = engine.Open();
        await database.TransactAsync(session => session.ExecuteAsync(new(
            "create table young (owner bigint not null, name text not null) with (autovacuum_enabled = false)")));
        await database.TransactAsync(session => session.ExecuteBatchAsync(
            [.. Enumerable.Range(0, 2000).Select(n => new Statement(
                "insert into young (owner, name) values (1, @name)", ("name", $"{n:D200}")))]));

        // The number of rows is seen at once, the rest with the commit of the analysis.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await engine.ReadAsync(row => row.Int64(0), "select count(*) from pg_stats where tablename = 'young'") == 0)
            patience.Token.ThrowIfCancellationRequested();

        Assert.Equal(
            2000, await engine.ReadAsync(row => row.Int64(0), "select reltuples::bigint from pg_class where relname = 'young'"));
        Assert.Equal(1, await engine.ReadAsync(
            row => row.Int64(0), "select count(*) from pg_stats where tablename = 'young' and attname = 'owner' and n_distinct = 1"));
    }
}
