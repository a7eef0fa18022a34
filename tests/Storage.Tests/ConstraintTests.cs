namespace OrleansRegistry.Storage.Tests;

/// <summary>The database's refusals in our words.</summary>
public abstract class ConstraintTests(Engine engine)
{
    [Fact]
    public async Task A_repeated_key_or_name_is_a_unique_violation_of_its_table()
    {
        var id = Guid.NewGuid();
        await AddAsync(id, $"name {id}");
        var key = await RefusedAsync(Things.Add(id));
        Assert.Equal((ConstraintKind.Unique, "thing"), (key.Kind, key.Table));

        var name = await RefusedAsync(Things.Add(Guid.NewGuid(), $"name {id}"));
        Assert.Equal((ConstraintKind.Unique, "thing"), (name.Kind, name.Table));
        Assert.Equal(engine.Database.Dialect.Name == "sqlite" ? "thing.name" : "thing_name_unique", name.Constraint);
    }

    [Theory]
    [InlineData("owned")]
    [InlineData("guarded")]
    [InlineData("deferred")]
    public async Task A_reference_to_nothing_is_a_foreign_key_violation(string table) =>
        Assert.Equal(ConstraintKind.ForeignKey, (await RefusedAsync(new(
            $"insert into {table} (id, thing) values (@id, @thing)", ("id", Guid.NewGuid()),
                ("thing", Guid.NewGuid())))).Kind);

    [Fact]
    public async Task Removing_what_is_referred_to_is_a_foreign_key_violation()
    {
        var id = Guid.NewGuid();
        await AddAsync(id);
        await engine.RunAsync(
            "insert into guarded (id, thing) values (@id, @thing)", ("id", Guid.NewGuid()), ("thing", id));
        Assert.Equal(ConstraintKind.ForeignKey, (await RefusedAsync(Things.Remove(id))).Kind);
    }

    [Fact]
    public async Task A_deferred_reference_may_be_made_good_before_the_work_ends()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await engine.Database.TransactAsync(session => session.ExecuteBatchAsync(
        [
            new("insert into deferred (id, thing) values (@id, @thing)", ("id", Guid.NewGuid()), ("thing", id)),
            Things.Add(id),
        ]));
        Assert.True(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task A_missing_value_or_a_failed_check_is_another_violation()
    {
        Assert.Equal(ConstraintKind.Other, (await RefusedAsync(
            new("insert into owned (id, thing) values (@id, @thing)", ("id", Guid.NewGuid()), ("thing", null)))).Kind);
        Assert.Equal(ConstraintKind.Other, (await RefusedAsync(
            new("insert into thing (id, small) values (@id, -1)", ("id", Guid.NewGuid())))).Kind);
    }

    [Fact]
    public async Task A_mistake_in_a_statement_is_neither_a_violation_nor_an_outage()
    {
        engine.SkipIfAbsent();
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => engine.RunAsync("select nothing from nowhere"));
        Assert.IsNotType<ConstraintViolationException>(failure);
        Assert.IsNotType<DatabaseUnavailableException>(failure);
        failure = await Assert.ThrowsAnyAsync<Exception>(
            async () => await engine.Database.QueryAsync(new("select nothing from nowhere"), row => 0));
        Assert.IsNotType<DatabaseUnavailableException>(failure);
    }

    private Task<int> AddAsync(Guid id, string? name = null) =>
        engine.RunAsync("insert into thing (id, name) values (@id, @name)", ("id", id), ("name", name));

    private Task<ConstraintViolationException> RefusedAsync(Statement statement)
    {
        engine.SkipIfAbsent();
        return Assert.ThrowsAsync<ConstraintViolationException>(
            () => engine.Database.TransactAsync(session => session.ExecuteAsync(statement)));
    }

    public sealed class OnPostgres(PostgresEngine engine) : ConstraintTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : ConstraintTests(engine), IClassFixture<SqliteEngine>;
}
