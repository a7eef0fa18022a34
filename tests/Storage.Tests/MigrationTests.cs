namespace OrleansRegistry.Storage.Tests;

/// <summary>Each step once, whoever starts it; and no step back.</summary>
public abstract class MigrationTests(Engine engine)
{
    private static readonly Migration[] Steps =
    [
        new(1, "first", "create table first (id integer primary key); insert into first (id) values (1);"),
        new(2, "second", "insert into first (id) values (2);"),
        new(3, "third", "insert into first (id) values (3);"),
    ];

    [Fact]
    public async Task The_program_brings_its_own_steps_without_gaps()
    {
        engine.SkipIfAbsent();
        var own = Migration.Of(engine.Database.Dialect);
        Assert.Equal(Enumerable.Range(1, own.Count), own.Select(step => step.Number));
        Assert.Equal("orleans", own[0].Name);
        Assert.Empty(await Migrator.MigrateAsync(engine.Database));
    }

    [Fact]
    public async Task Steps_are_applied_in_order_and_once()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        Assert.Equal(Steps[..2], await Migrator.MigrateAsync(database, Steps[..2]));
        Assert.Equal(Steps[2..], await Migrator.MigrateAsync(database, Steps));
        Assert.Empty(await Migrator.MigrateAsync(database, Steps));
        Assert.Equal([1, 2, 3], await database.QueryAsync(new("select id from first order by id"),
            row => row.Int32(0)));
        Assert.All(
            await database.QueryAsync(new("select applied_at from schema_version"), row => row.Time(0)),
            time => Assert.InRange(time, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1)));
    }

    [Fact]
    public async Task Who_has_new_tags_signed_stays_who_he_was()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        await Migrator.MigrateAsync(database, [.. Migration.Of(database.Dialect).Where(step => step.Number < 26)]);
        var user = Guid.NewGuid();
        await database.TransactAsync(async session =>
        {
            foreach (var (name, href) in new[] { ("by alice", $"/pulp/api/v3/users/{user}/"), ("by anybody", null) })
                await session.ExecuteAsync(new(
                    """
                    insert into repository (id, name, head, created_at, updated_at, sign_on_push_by)
                    values (@id, @name, 0, @now, @now, @by)
                    """,
                    ("id", Guid.NewGuid()), ("name", name), ("now", DateTimeOffset.UtcNow), ("by", href)));
            return 0;
        });
        await Migrator.MigrateAsync(database);
        Assert.Equal([user, null], await database.QueryAsync(
            new("select sign_on_push_user_id from repository order by name"), row => row.GuidOrNull(0)));
    }

    [Fact]
    public async Task Nodes_that_start_together_apply_each_step_once_between_them()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        var applied = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => Migrator.MigrateAsync(database, Steps))));
        Assert.Equal(Steps, applied.SelectMany(steps => steps).OrderBy(step => step.Number));
    }

    [Theory]
    [InlineData("create table half (id integer); insert into nowhere values (1);")]
    [InlineData("create table half (id integer); alter table half add column n integer; insert into half values (1, 2, 3); create table rest (id integer);")]
    [InlineData("create table half (id integer); insert into half values (1) returning id; insert into nowhere values (1);")]
    public async Task A_step_that_fails_leaves_nothing_of_itself_and_all_before_it(string sql)
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        var broken = new Migration(2, "broken", sql);
        await Assert.ThrowsAnyAsync<Exception>(() => Migrator.MigrateAsync(database, [Steps[0], broken]));
        Assert.Equal([1], await database.QueryAsync(new("select number from schema_version"), row => row.Int32(0)));
        await Assert.ThrowsAnyAsync<Exception>(
            async () => await database.QueryAsync(new("select id from half"), row => row.Int32(0)));
        Assert.Equal(Steps[1..], await Migrator.MigrateAsync(database, Steps));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        await Migrator.MigrateAsync(database, Steps);
        var refusal = await Assert.ThrowsAsync<SchemaMismatchException>(() => Migrator.MigrateAsync(database,
            Steps[..2]));
        Assert.Contains("0003-third", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ends at 0002", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_took_another_way_is_refused()
    {
        engine.SkipIfAbsent();
        await using var database = await engine.CreateEmptyAsync();
        await Migrator.MigrateAsync(database, Steps);
        await Assert.ThrowsAsync<SchemaMismatchException>(
            () => Migrator.MigrateAsync(database, [Steps[0], Steps[1] with { Name = "other" }, Steps[2]]));
    }

    public sealed class OnPostgres(PostgresEngine engine) : MigrationTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : MigrationTests(engine), IClassFixture<SqliteEngine>
    {
        [Fact]
        public async Task Two_handles_on_one_file_do_not_collide()
        {
            var path = Path.Combine(Directory.CreateTempSubdirectory("registry-storage-").FullName, "shared.db");
            await using (var one = new SqliteDatabase(path))
            await using (var two = new SqliteDatabase(path))
            {
                var applied = await Task.WhenAll(Migrator.MigrateAsync(one, Steps), Migrator.MigrateAsync(two, Steps));
                Assert.Equal(Steps, applied.SelectMany(steps => steps).OrderBy(step => step.Number));
            }

            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
