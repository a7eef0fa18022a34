namespace OrleansRegistry.Storage.Tests;

/// <summary>What is queued behind the SQLite writer shares one commit, and nothing else.</summary>
public sealed class GroupCommitTests(SqliteEngine engine) : IClassFixture<SqliteEngine>
{
    [Fact]
    public async Task In_one_group_a_failing_work_takes_back_only_its_own()
    {
        Guid before = Guid.NewGuid(), bad = Guid.NewGuid(), thrown = Guid.NewGuid(), after = Guid.NewGuid();
        using var hold = Hold();
        var first = Add(before);
        var second = engine.Database.TransactAsync(
            session => session.ExecuteBatchAsync([Things.Add(bad), Things.Add(before)]));
        var third = engine.Database.TransactAsync<int>(async session =>
        {
            await session.ExecuteAsync(Things.Add(thrown));
            throw new NotSupportedException();
        });
        var fourth = Add(after);
        hold.Release();

        await first;
        await Assert.ThrowsAsync<ConstraintViolationException>(() => second);
        await Assert.ThrowsAsync<NotSupportedException>(() => third);
        await fourth;
        Assert.Equal(
            (true, false, false, true),
            (await engine.ExistsAsync(before), await engine.ExistsAsync(bad), await engine.ExistsAsync(thrown),
                await engine.ExistsAsync(after)));
    }

    [Fact]
    public async Task Nobody_is_answered_and_nothing_is_seen_before_the_commit()
    {
        var id = Guid.NewGuid();
        using var hold = Hold();
        var first = Add(id);
        using var second = Hold();
        hold.Release();
        await second.Reached;

        Assert.False(first.IsCompleted);
        Assert.False(await engine.ExistsAsync(id));
        second.Release();
        await first;
        Assert.True(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task Work_that_is_cancelled_while_queued_is_not_done()
    {
        var id = Guid.NewGuid();
        using var cancellation = new CancellationTokenSource();
        using var hold = Hold();
        var queued = engine.Database.TransactAsync(session => session.ExecuteAsync(Things.Add(id)), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        hold.Release();

        await Add(Guid.NewGuid());
        Assert.False(await engine.ExistsAsync(id));
    }

    [Fact]
    public async Task More_works_than_the_queue_holds_wait_their_turn()
    {
        using var hold = Hold();
        var works = Enumerable.Range(0, 3000).Select(_ => Add(Guid.NewGuid())).ToArray();
        Assert.DoesNotContain(works, work => work.IsCompleted);
        hold.Release();
        await Task.WhenAll(works);
    }

    [Fact]
    public async Task Work_that_awaits_something_else_is_refused_and_rolled_back()
    {
        var id = Guid.NewGuid();
        var never = new TaskCompletionSource();
        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.Database.TransactAsync(async session =>
        {
            await session.ExecuteAsync(Things.Add(id));
            await never.Task;
            return await session.ExecuteAsync(Things.Remove(id));
        }));
        never.SetResult();
        Assert.False(await engine.ExistsAsync(id));
        await Add(id);
    }

    [Fact]
    public async Task A_full_disk_fails_the_works_it_meets_and_nothing_later()
    {
        var pages = await engine.Database.TransactAsync(async session =>
        {
            var count = Assert.Single(await session.QueryAsync(new("pragma page_count"), row => row.Int64(0)));
            await session.QueryAsync(new($"pragma max_page_count = {count + 8}"), row => row.Int64(0));
            return count;
        });
        var id = Guid.NewGuid();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => engine.RunAsync(
            "insert into thing (id, bytes) values (@id, @bytes)", ("id", id), ("bytes", new byte[1_000_000])));
        Assert.False(await engine.ExistsAsync(id));

        await Add(id);
        await engine.Database.TransactAsync(
            session => session.QueryAsync(new($"pragma max_page_count = {pages + 100_000}"), row => row.Int64(0)));
        await engine.RunAsync("update thing set bytes = @bytes where id = @id", ("id", id),
            ("bytes", new byte[1_000_000]));
    }

    [Fact]
    public async Task What_was_queued_when_the_database_closes_is_committed()
    {
        var id = Guid.NewGuid();
        var database = engine.Open();
        var work = database.TransactAsync(session => session.ExecuteAsync(Things.Add(id)));
        await database.DisposeAsync();
        await work;
        Assert.True(await engine.ExistsAsync(id));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => database.TransactAsync(session => session.ExecuteAsync(Things.Remove(id))));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await database.QueryAsync(new("select 1"), row => row.Int32(0)));
    }

    [Fact]
    public async Task Readers_go_on_while_the_writer_writes()
    {
        using var hold = Hold();
        await hold.Reached;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => engine.ExistsAsync(Guid.NewGuid()))));
        hold.Release();
    }

    [Fact]
    public async Task A_query_cannot_write() =>
        await Assert.ThrowsAnyAsync<Exception>(async () => await engine.Database.QueryAsync(
            new("insert into thing (id) values (@id) returning 1", ("id", Guid.NewGuid())), row => row.Int32(0)));

    private Task<int> Add(Guid id) => engine.Database.TransactAsync(session => session.ExecuteAsync(Things.Add(id)));

    private HeldWriter Hold() => new(engine.Database);

    /// <summary>A work that keeps the writer's thread until it is released.</summary>
    private sealed class HeldWriter : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();
        private readonly Task _work;

        public HeldWriter(IDatabase database) => _work = database.TransactAsync(session =>
        {
            _reached.TrySetResult(); // it may run twice
            _released.Wait();
            return ValueTask.FromResult(0);
        });

        public Task Reached => _reached.Task;

        public void Release() => _released.Set();

        public void Dispose()
        {
            Release();
            _work.Wait();
            _released.Dispose();
        }
    }
}
