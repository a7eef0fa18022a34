namespace OrleansRegistry.Storage.Tests;

/// <summary>All of a work or nothing of it, and nobody else's.</summary>
public abstract class TransactionTests(Engine engine)
{
    [Fact]
    public async Task What_a_work_wrote_is_there_for_everyone_when_it_completes()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        Assert.Equal(42, await engine.Database.TransactAsync(async session =>
        {
            await session.ExecuteAsync(Things.Add(id));
            return 42;
        }));
        await using var other = engine.Open();
        Assert.Single(await other.QueryAsync(new("select 1 from thing where id = @id", ("id", id)),
            row => row.Int32(0)));
    }

    [Fact]
    public async Task A_work_that_throws_leaves_nothing()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await Assert.ThrowsAsync<NotSupportedException>(() => engine.Database.TransactAsync<int>(async session =>
        {
            await session.ExecuteAsync(Things.Add(id));
            throw new NotSupportedException();
        }));
        Assert.False(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task A_work_reads_what_it_wrote_and_returned()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        var seen = await engine.Database.TransactAsync(async session =>
        {
            var returned = await session.QueryAsync(
                new("insert into thing (id, number) values (@id, 1) returning number", ("id", id)),
            row => row.Int64(0));
            var read = await session.QueryAsync(
                new("select number from thing where id = @id", ("id", id)), row => row.Int64(0));
            return returned.Concat(read).ToArray();
        });
        Assert.Equal([1L, 1L], seen);
        Assert.True(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task A_failed_statement_that_a_work_swallows_still_fails_the_work()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await Assert.ThrowsAsync<ConstraintViolationException>(() => engine.Database.TransactAsync(async session =>
        {
            await session.ExecuteAsync(Things.Add(id));
            try
            {
                await session.ExecuteAsync(Things.Add(id));
            }
            catch (ConstraintViolationException)
            {
            }

            return 0;
        }));
        Assert.False(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task A_session_is_of_no_use_after_its_work()
    {
        engine.SkipIfAbsent();
        var kept = await engine.Database.TransactAsync(session => ValueTask.FromResult(session));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await kept.ExecuteAsync(Things.Add(Guid.NewGuid())));
    }

    [Fact]
    public async Task A_batch_counts_the_rows_of_each_statement()
    {
        engine.SkipIfAbsent();
        Guid first = Guid.NewGuid(), second = Guid.NewGuid();
        var mark = Random.Shared.NextInt64();
        var counts = await engine.Database.TransactAsync(session => session.ExecuteBatchAsync(
        [
            Things.Add(first),
            Things.Add(second),
            new("update thing set number = @mark where id = @first or id = @second",
                ("mark", mark), ("first", first), ("second", second)),
            new("update thing set number = 0 where number = @none", ("none", mark + 1)),
            Things.Remove(first),
        ]));
        Assert.Equal([1, 1, 2, 0, 1], counts);
        Assert.Empty(await engine.Database.TransactAsync(session => session.ExecuteBatchAsync([])));
    }

    [Fact]
    public async Task A_batch_that_fails_in_the_middle_leaves_nothing()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await Assert.ThrowsAsync<ConstraintViolationException>(() => engine.Database.TransactAsync(
            session => session.ExecuteBatchAsync([Things.Add(id), Things.Add(id), Things.Add(Guid.NewGuid())])));
        Assert.False(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task Rows_that_a_cascade_removed_are_not_counted()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await engine.Database.TransactAsync(session => session.ExecuteBatchAsync(
        [
            Things.Add(id),
            .. Enumerable.Range(0, 5).Select(_ => new Statement(
                "insert into owned (id, thing) values (@id, @thing)", ("id", Guid.NewGuid()), ("thing", id))),
        ]));
        Assert.Equal(1, await engine.RunAsync("delete from thing where id = @id", ("id", id)));
        Assert.Equal(0, await engine.RunAsync("delete from thing where id = @id", ("id", id)));
    }

    [Fact]
    public async Task Two_hundred_works_that_read_and_write_one_row_lose_no_update()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await engine.RunAsync("insert into thing (id, number) values (@id, 0)", ("id", id));
        var sql = $"select number from thing where id = @id{engine.Database.Dialect.ForUpdate}";
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => engine.Database.TransactAsync(async session =>
        {
            var number = Assert.Single(await session.QueryAsync(new(sql, ("id", id)), row => row.Int64(0)));
            return await session.ExecuteAsync(
                new("update thing set number = @next where id = @id", ("id", id), ("next", number + 1)));
        })));
        Assert.Equal(200, await engine.ReadAsync(row => row.Int64(0), "select number from thing where id = @id",
            ("id", id)));
    }

    [Fact]
    public async Task One_bad_work_among_many_fails_only_its_own_caller()
    {
        engine.SkipIfAbsent();
        var ids = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToArray();
        var taken = Guid.NewGuid();
        await engine.RunAsync("insert into thing (id) values (@id)", ("id", taken));

        var works = ids.Select((id, i) => engine.Database.TransactAsync(
            session => session.ExecuteBatchAsync(i % 3 == 0 ? [Things.Add(id), Things.Add(taken)] : [Things.Add(id)])))
            .ToArray();
        for (var i = 0; i < works.Length; i++)
        {
            if (i % 3 == 0)
                await Assert.ThrowsAsync<ConstraintViolationException>(() => works[i]);
            else
                await works[i];
            Assert.Equal(i % 3 != 0, await engine.ExistsAsync(ids[i]));
        }
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        engine.SkipIfAbsent();
        var id = Guid.NewGuid();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Database.TransactAsync(
            session => session.ExecuteAsync(Things.Add(id)), new CancellationToken(canceled: true)));
        Assert.False(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task Many_kinds_of_statements_do_not_exhaust_what_is_prepared()
    {
        engine.SkipIfAbsent();
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < 400; i++)
                Assert.Equal(i, await engine.ReadAsync(row => row.Int32(0), $"select @number + 0 * {i}",
                    ("number", i)));
    }

    public sealed class OnPostgres(PostgresEngine engine) : TransactionTests(engine), IClassFixture<PostgresEngine>
    {
        [Fact]
        public async Task A_deadlock_runs_the_losing_work_again()
        {
            engine.SkipIfAbsent();
            Guid[] ids = [Guid.NewGuid(), Guid.NewGuid()];
            await engine.Database.TransactAsync(session => session.ExecuteBatchAsync([Things.Add(ids[0]),
                Things.Add(ids[1])]));
            TaskCompletionSource[] holds = [new(), new()];
            var runs = 0;

            await Task.WhenAll(Lock(0, 1), Lock(1, 0));
            Assert.Equal(3, runs);
            Assert.Equal(4, await engine.ReadAsync(
                row => row.Int64(0),
                $"select sum(number) from thing where {engine.Database.Dialect.In("id", "ids")}", ("ids", ids)));

            Task<int> Lock(int own, int other) => engine.Database.TransactAsync(async session =>
            {
                Interlocked.Increment(ref runs);
                await session.ExecuteAsync(Bump(ids[own]));
                holds[own].TrySetResult();
                await holds[other].Task;
                return await session.ExecuteAsync(Bump(ids[other]));
            });

            static Statement Bump(Guid id) =>
                new("update thing set number = coalesce(number, 0) + 1 where id = @id", ("id", id));
        }
    }

    public sealed class OnSqlite(SqliteEngine engine) : TransactionTests(engine), IClassFixture<SqliteEngine>;
}
