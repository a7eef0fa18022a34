namespace OrleansRegistry.Storage.Tests;

/// <summary>Arrays as parameters.</summary>
public abstract class DialectTests(Engine engine)
{
    [Fact]
    public async Task In_takes_texts_numbers_and_ids()
    {
        engine.SkipIfAbsent();
        var dialect = engine.Database.Dialect;
        var ids = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        var first = Random.Shared.NextInt64(1, long.MaxValue - 3);
        for (var i = 0; i < 3; i++)
            await engine.RunAsync(
                "insert into thing (id, name, number) values (@id, @name, @number)",
                ("id", ids[i]), ("name", $"\"{ids[i]}\" é"), ("number", first + i));

        foreach (var (column, value) in new (string, object)[]
        {
            ("id", ids[..2]),
            ("name", new[] { $"\"{ids[0]}\" é", $"\"{ids[1]}\" é", "other" }),
            ("number", new[] { first, first + 1 }),
        })
            Assert.Equal(2, await engine.ReadAsync(
                row => row.Int64(0), $"select count(*) from thing where {dialect.In(column, "wanted")}",
                    ("wanted", value)));
    }

    // The driver prepares a statement while it runs it for the second time.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_statement_that_failed_can_be_run_again(int before)
    {
        engine.SkipIfAbsent();
        var sql = $"select count(*) as c{before} where {engine.Database.Dialect.Matches("'text'", "@expression")}";
        for (var i = 0; i < before; i++)
            Assert.Equal(1, await CountAsync("^text$"));
        for (var round = 0; round < 3; round++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => CountAsync("("));
            await Assert.ThrowsAnyAsync<Exception>(() => CountAsync("("));
            Assert.Equal(1, await CountAsync("^text$"));
        }

        Task<long> CountAsync(string expression) =>
            engine.ReadAsync(row => row.Int64(0), sql, ("expression", expression));
    }

    [Fact]
    public async Task In_of_nothing_holds_for_nothing()
    {
        engine.SkipIfAbsent();
        foreach (var (column, none) in new (string, object)[]
            { ("id", Array.Empty<Guid>()), ("name", Array.Empty<string>()), ("number", Array.Empty<long>()) })
            Assert.Equal(0, await engine.ReadAsync(
                row => row.Int64(0),
                $"select count(*) from thing where {engine.Database.Dialect.In(column, "none")}",
                ("none", none)));
    }

    [Fact]
    public async Task Each_inserts_a_row_for_every_element()
    {
        engine.SkipIfAbsent();
        var ids = Enumerable.Range(0, 1000).Select(_ => Guid.NewGuid()).ToArray();
        Assert.Equal(ids.Length, await engine.RunAsync(
            $"insert into thing (id, flag) select new.value, @flag from {engine.Database.Dialect.Each("ids", "new")}",
            ("ids", ids), ("flag", true)));
        Assert.True(await engine.ExistsAsync(ids[999]));
    }

    [Fact]
    public async Task Pairs_put_together_what_stands_at_the_same_place()
    {
        engine.SkipIfAbsent();
        string[] one = ["b", "a", "a", ""], other = ["1", "2", "2", "é"];
        var pairs = await engine.Database.QueryAsync(
            new($"select x.one, x.other from {engine.Database.Dialect.Pairs("some", "others", "x")}",
                ("some", one), ("others", other)),
            row => (row.String(0), row.String(1)));
        Assert.Equal(one.Zip(other), pairs);
    }

    [Fact]
    public async Task Lookups_by_an_array_use_the_index()
    {
        engine.SkipIfAbsent();
        if (engine.Database.Dialect.Name != "sqlite")
            return;
        var plan = await engine.Database.QueryAsync(
            new($"explain query plan select name from thing where {engine.Database.Dialect.In("id", "ids")}",
                ("ids", new[] { Guid.NewGuid() })),
            row => row.String(3));
        Assert.Contains(plan, step => step.StartsWith("SEARCH thing USING", StringComparison.Ordinal));
    }

    public sealed class OnPostgres(PostgresEngine engine) : DialectTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : DialectTests(engine), IClassFixture<SqliteEngine>;
}
