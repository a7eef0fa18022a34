using System.Text;

namespace OrleansRegistry.Storage.Tests;

/// <summary>A server that goes away, and comes back.</summary>
public sealed class PostgresOutageTests(PostgresEngine engine) : IClassFixture<PostgresEngine>
{
    [Fact]
    public async Task An_unreachable_server_is_an_outage_until_it_is_back()
    {
        engine.SkipIfAbsent();
        using var relay = new Relay(engine.ConnectionString);
        await using var database = new PostgresDatabase(relay.ConnectionString);
        await database.PingAsync(CancellationToken.None);

        relay.Cut();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync(CancellationToken.None));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => AddAsync(database, Guid.NewGuid()));

        relay.Mend();
        await database.PingAsync(CancellationToken.None);
        await AddAsync(database, Guid.NewGuid());
    }

    [Fact]
    public async Task A_restart_between_two_calls_is_not_seen_by_the_second()
    {
        engine.SkipIfAbsent();
        using var relay = new Relay(engine.ConnectionString);
        await using var database = new PostgresDatabase(relay.ConnectionString);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AddAsync(database, Guid.NewGuid())));

        relay.Cut();
        relay.Mend();
        await AddAsync(database, Guid.NewGuid());
        relay.Cut();
        relay.Mend();
        await database.PingAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Work_whose_connection_is_terminated_is_run_again_from_the_start()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        var runs = 0;
        await engine.Database.TransactAsync(async session =>
        {
            var process = Assert.Single(await session.QueryAsync(new("select pg_backend_pid()"), row => row.Int32(0)));
            await session.ExecuteAsync(Things.Add(id));
            if (++runs == 1)
                await TestDatabase.AdministerAsync($"select pg_terminate_backend({process}, 5000)");
            return await session.ExecuteAsync(new("update thing set number = @runs where id = @id", ("runs", runs),
                ("id", id)));
        });
        Assert.Equal(2, await engine.ReadAsync(row => row.Int64(0), "select number from thing where id = @id",
            ("id", id)));
    }

    [Fact]
    public async Task A_transaction_that_falls_silent_is_ended_by_the_server_and_run_again()
    {
        engine.SkipIfAbsent();
        var runs = 0;
        var limit = await engine.Database.TransactAsync(async session =>
        {
            var (process, limit) = Assert.Single(await session.QueryAsync(
                new("select pg_backend_pid(), current_setting('idle_in_transaction_session_timeout')"),
                row => (row.Int32(0), row.String(1))));
            if (++runs > 1)
                return limit;
            await session.ExecuteAsync(new("set local idle_in_transaction_session_timeout = '1ms'"));
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (await engine.ReadAsync(row => row.Int64(0),
                "select count(*) from pg_stat_activity where pid = @process", ("process", process)) > 0)
                patience.Token.ThrowIfCancellationRequested();
            await session.ExecuteAsync(new("select 1"));
            return limit;
        });
        Assert.Equal((2, "30s"), (runs, limit));
    }

    [Fact]
    public async Task A_wire_cut_during_the_commit_leaves_the_outcome_open_and_runs_nothing_twice()
    {
        engine.SkipIfAbsent();
        using var relay = new Relay(engine.ConnectionString);
        await using var database = new PostgresDatabase(relay.ConnectionString);
        var runs = 0;
        var failure = await Assert.ThrowsAsync<DatabaseUnavailableException>(() =>
            database.TransactAsync(async session =>
        {
            runs++;
            var rows = await session.ExecuteAsync(Things.Add(Guid.NewGuid()));
            relay.CutAt(sent => Encoding.ASCII.GetString(sent).Contains("COMMIT", StringComparison.OrdinalIgnoreCase));
            return rows;
        }));
        Assert.True(failure.MayHaveCommitted);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_server_that_takes_no_more_connections_is_an_outage()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        var name = Assert.Single(await database.QueryAsync(new("select current_database()"), row => row.String(0)));
        await TestDatabase.AdministerAsync($"alter database {name} allow_connections false");
        await TestDatabase.AdministerAsync(
            $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name}'");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync(CancellationToken.None));
        await TestDatabase.AdministerAsync($"alter database {name} allow_connections true");
        await database.PingAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_plan_that_a_migration_made_stale_is_made_anew()
    {
        engine.SkipIfAbsent();
        await engine.RunAsync("create table changing (id integer)");
        for (var i = 0; i < 5; i++)
            await engine.Database.QueryAsync(new("select * from changing"), row => 0);
        await using (var other = engine.Open())
            await other.TransactAsync(session =>
                session.ExecuteAsync(new("alter table changing add column name text")));
        Assert.Empty(await engine.Database.QueryAsync(new("select * from changing"), row => 0));
    }

    private static Task<int> AddAsync(PostgresDatabase database, Guid id) =>
        database.TransactAsync(session => session.ExecuteAsync(Things.Add(id)));
}
