namespace OrleansRegistry.Storage.Tests;

/// <summary>A catalogue of the time when a grain collected garbage.</summary>
public abstract class CollectionMigrationTests(Engine engine)
{
    [Fact]
    public async Task Nothing_is_left_of_the_grain_and_who_waits_for_it_gets_a_task_of_today()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        await Migrator.MigrateAsync(
            database, [.. Migration.Of(database.Dialect).Where(step => step.Number < 13)]);
        await database.TransactAsync(async session =>
        {
            await session.ExecuteAsync(new(
                """
                insert into orleans_reminder (service_id, grain_id, name, grain_hash, start_time, period, version) values
                ('registry', 'collector/collector', 'collect', 1, @now, 60000, 0),
                ('registry', 'other/collector', 'collect', 1, @now, 60000, 0)
                """,
                ("now", DateTimeOffset.UtcNow)));
            await session.ExecuteAsync(new(
                """
                insert into orleans_state (id_hash, type_hash, n0, n1, service_id, type_name, extension, version) values
                (1, 2, 3, 4, 'registry', 'collector', 'collector', 1), (1, 2, 3, 4, 'registry', 'other', 'collector', 1)
                """));
            await session.ExecuteAsync(Ask("whole", """{"protection_minutes":7,"content":null}"""));
            await session.ExecuteAsync(Ask("named", """{"protection_minutes":7,"content":["…"]}"""));
            return 0;
        });
        await Migrator.MigrateAsync(database);

        Assert.Equal(["other/collector"], await TextsAsync(database, "select grain_id from orleans_reminder"));
        Assert.Equal(["other"], await TextsAsync(database, "select type_name from orleans_state"));
        Assert.Equal(
            ["named orphans.cleanup", "whole collection"],
            await TextsAsync(database, "select name || ' ' || kind from task order by name"));
        Assert.Equal(
            ["""{"grace_period":null}"""],
            await TextsAsync(database, "select arguments from task where name = 'whole'"));
    }

    private static Statement Ask(string name, string arguments) => new(
        """
        insert into task (id, name, kind, state, created_at, line, arguments)
        values (@id, @name, 'orphans.cleanup', 'waiting', @now, '', @arguments)
        """,
        ("id", Guid.NewGuid()), ("name", name), ("now", DateTimeOffset.UtcNow), ("arguments", arguments));

    private static async Task<IReadOnlyList<string>> TextsAsync(IDatabase database, string sql) =>
        await database.QueryAsync(new(sql), row => row.String(0));

    public sealed class OnPostgres(PostgresEngine engine)
        : CollectionMigrationTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : CollectionMigrationTests(engine), IClassFixture<SqliteEngine>;
}
