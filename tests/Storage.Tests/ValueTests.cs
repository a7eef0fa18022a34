namespace OrleansRegistry.Storage.Tests;

/// <summary>What is written is what is read, on both engines.</summary>
public abstract class ValueTests(Engine engine)
{
    [Fact]
    public async Task Every_type_comes_back_as_it_was_written()
    {
        var id = Guid.NewGuid();
        var moment = new DateTimeOffset(2026, 3, 1, 12, 30, 15, TimeSpan.FromHours(2)).AddTicks(1_234_560);
        await engine.RunAsync(
            """
            insert into thing (id, name, number, small, flag, bytes, moment)
            values (@id, @name, @number, @small, @flag, @bytes, @moment)
            """,
            ("id", id),
            ("name", "façade 🦭 'quoted'"),
            ("number", long.MaxValue),
            ("small", 7),
            ("flag", true),
            ("bytes", new byte[] { 0, 1, 255 }),
            ("moment", moment));

        var thing = await engine.ReadAsync(
            row => (row.Guid(0), row.String(1), row.Int64(2), row.Int32(3), row.Bool(4), row.Time(6), row.Bytes(5)),
            "select id, name, number, small, flag, bytes, moment from thing where id = @id",
            ("id", id));
        Assert.Equal((id, "façade 🦭 'quoted'", long.MaxValue, 7, true, moment.ToUniversalTime()),
            (thing.Item1, thing.Item2, thing.Item3, thing.Item4, thing.Item5, thing.Item6));
        Assert.Equal(TimeSpan.Zero, thing.Item6.Offset);
        Assert.Equal([0, 1, 255], thing.Item7);
    }

    [Fact]
    public async Task A_null_needs_no_type()
    {
        var id = Guid.NewGuid();
        await engine.RunAsync(
            """
            insert into thing (id, name, number, small, flag, bytes, moment)
            values (@id, @name, @number, @small, @flag, @bytes, @moment)
            """,
            [("id", id), .. Null("name", "number", "small", "flag", "bytes", "moment")]);

        Assert.True(await engine.ReadAsync(
            row => (row.StringOrNull(0), row.Int64OrNull(1), row.Int32OrNull(2), row.BoolOrNull(3), row.BytesOrNull(4),
                row.TimeOrNull(5), row.GuidOrNull(6)) is (null, null, null, null, null, null, null),
            "select name, number, small, flag, bytes, moment, cast(null as text) from thing where id = @id",
            ("id", id)));
    }

    [Fact]
    public async Task A_null_fits_where_a_value_was_before()
    {
        var id = Guid.NewGuid();
        await engine.RunAsync("insert into thing (id) values (@id)", ("id", id));
        foreach (var value in new object?[] { 1L, null, 2L, null, 3L })
        {
            await engine.RunAsync("update thing set number = @number where id = @id", ("id", id), ("number", value));
            Assert.Equal(value, await engine.ReadAsync(
                row => (object?)row.Int64OrNull(0), "select number from thing where id = @id", ("id", id)));
        }
    }

    [Fact]
    public async Task A_null_is_compared_and_defaulted_like_any_value()
    {
        var id = Guid.NewGuid();
        await engine.RunAsync("insert into thing (id, number) values (@id, 5)", ("id", id));
        Assert.Equal(5, await engine.ReadAsync(
            row => row.Int64(0),
            """
            select coalesce(@number, number) from thing
            where id = @id and (id = @other or name is not distinct from @name)
            """,
            [("id", id), .. Null("number", "other", "name")]));
        await engine.RunAsync(
            "update thing set moment = coalesce(@moment, moment), bytes = @bytes where id = @id",
            [("id", id), .. Null("moment", "bytes")]);
    }

    [Fact]
    public async Task Empty_bytes_and_empty_text_are_not_null()
    {
        var id = Guid.NewGuid();
        await engine.RunAsync(
            "insert into thing (id, name, bytes) values (@id, @name, @bytes)",
            ("id", id), ("name", ""), ("bytes", Array.Empty<byte>()));
        var (name, bytes) = await engine.ReadAsync(
            row => (row.StringOrNull(0), row.BytesOrNull(1)), "select name, bytes from thing where id = @id",
                ("id", id));
        Assert.Equal("", name);
        Assert.NotNull(bytes);
        Assert.Empty(bytes);
        await engine.RunAsync("delete from thing where id = @id", ("id", id));
    }

    [Theory]
    [InlineData("1969-07-20T20:17:40.1234567Z")]
    [InlineData("1999-12-31T23:59:59.9999999Z")]
    [InlineData("2026-03-01T00:00:00.0000019Z")]
    public async Task A_time_is_cut_to_the_microsecond(string text)
    {
        var id = Guid.NewGuid();
        var moment = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        await engine.RunAsync("insert into thing (id, moment) values (@id, @moment)", ("id", id), ("moment", moment));
        Assert.Equal(
            new DateTimeOffset(moment.UtcTicks / 10 * 10, TimeSpan.Zero),
            await engine.ReadAsync(row => row.Time(0), "select moment from thing where id = @id", ("id", id)));
    }

    [Fact]
    public async Task Times_and_ids_sort_alike_on_both_engines()
    {
        var mark = Random.Shared.NextInt64();
        Guid[] ids = [new("00000000-0000-0000-0000-0000000000ff"), new("0000ff00-0000-0000-0000-000000000000"),
            new("ff000000-0000-0000-0000-000000000000")];
        foreach (var id in ids.Reverse())
            await engine.RunAsync(
                "insert into thing (id, number) values (@id, @mark)", ("id", id), ("mark", mark));
        Assert.Equal(ids, await engine.Database.QueryAsync(
            new("select id from thing where number = @mark order by id", ("mark", mark)), row => row.Guid(0)));
    }

    [Fact]
    public async Task Counts_are_read_as_either_integer()
    {
        Assert.Equal(3L, await engine.ReadAsync(row => row.Int64(0), "select 3"));
        Assert.Equal(1, await engine.ReadAsync(row => row.Int32(0), "select count(*) from (select 1) as one"));
        Assert.True(await engine.ReadAsync(row => row.Bool(0), "select exists (select 1)"));
    }

    [Fact]
    public async Task A_value_of_another_type_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => engine.RunAsync("select @value", ("value", 1.5m)));
        await Assert.ThrowsAsync<ArgumentException>(() => engine.RunAsync("select @value", ("value", DateTime.UtcNow)));
    }

    private static (string, object?)[] Null(params string[] names) => [.. names.Select(name => (name, (object?)null))];

    public sealed class OnPostgres(PostgresEngine engine) : ValueTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : ValueTests(engine), IClassFixture<SqliteEngine>;
}
