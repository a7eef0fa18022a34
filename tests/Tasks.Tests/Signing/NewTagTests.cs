using OrleansRegistry.Signing;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests.Signing;

/// <summary>Which new tags a task signs, and when there is another one.</summary>
public abstract class NewTagTests(TaskCluster cluster)
{
    private const string Host = "registry.example.invalid";

    private World World => field ??= new(cluster);

    private ISignOnPushStore Store => cluster.NewTags;

    [Fact]
    public async Task What_fails_is_tried_with_the_next_tag_and_after_an_hour()
    {
        var repository = await RepositoryAsync();
        Assert.Empty(await UnsignedAsync(repository)); // what was there before
        await World.PushAsync(repository, "B");
        Assert.Empty(await UnsignedAsync(repository)); // no tag is new
        await World.PushAsync(repository, "B", "b");
        var first = Assert.Single(await UnsignedAsync(repository));
        Assert.Equal((null, false), (first.Last, first.IsLastKnown));

        var task = Guid.CreateVersion7();
        Assert.True(await Store.TryNoteAsync(repository, null, task));
        Assert.False(await Store.TryNoteAsync(repository, null, Guid.CreateVersion7()));
        Assert.Equal(first with { Last = task }, Assert.Single(await UnsignedAsync(repository))); // never asked for
        await cluster.Tasks.DispatchAsync(task, SigningTasks.SignNewTags(repository, first.Service, first.By));
        Assert.Contains("no user any more", (await cluster.EndOfAsync(task)).Error!.Description, StringComparison.Ordinal);

        Assert.Empty(await UnsignedAsync(repository));
        Assert.True(Assert.Single(await UnsignedAsync(repository, TimeSpan.FromMinutes(1))).IsLastKnown);
        await World.PushAsync(repository, "B", "c");
        Assert.Equal(task, Assert.Single(await UnsignedAsync(repository)).Last);
    }

    [Fact]
    public async Task A_task_that_is_done_again_looks_as_far_as_before_and_what_is_signed_stays_so()
    {
        var repository = await RepositoryAsync();
        await World.PushAsync(repository, "B", "b");
        var begun = await Store.BeginAsync(repository, null);
        await World.PushAsync(repository, "A", "c");
        await World.PushAsync(repository, "A", "gone");
        await World.PushAsync(repository, "B", "gone"); // moved: only where it is now counts
        Assert.Equal(begun, await Store.BeginAsync(repository, begun!.Head));
        Assert.Equal(["b"], await TagsAsync(repository, begun));
        Assert.Single(await UnsignedAsync(repository));

        var next = await Store.BeginAsync(repository, null);
        Assert.Equal((begun.After, begun.Head + 3), (next!.After, next.Head));
        Assert.Equal(["b", "c", "gone"], await TagsAsync(repository, next));
        await Store.AdvanceAsync(repository, begun.Head);
        await Store.AdvanceAsync(repository, begun.After);
        next = await Store.BeginAsync(repository, null);
        Assert.Equal(begun.Head, next!.After);
        Assert.Equal(["c", "gone"], await TagsAsync(repository, next));
    }

    [Fact]
    public async Task Whoever_wants_it_no_more_has_nothing_begun()
    {
        var repository = await RepositoryAsync();
        Assert.Contains(repository, await Store.RepositoriesAsync());
        await SetAsync(repository, await WishAsync(), null);
        await World.PushAsync(repository, "B", "b");
        Assert.Null(await Store.BeginAsync(repository, null));
        Assert.Empty(await UnsignedAsync(repository));
        Assert.DoesNotContain(repository, await Store.RepositoriesAsync());
        var task = await cluster.EndOfAsync(
            await cluster.Tasks.DispatchAsync(SigningTasks.SignNewTags(repository, Guid.NewGuid(), null)));
        Assert.Equal(TaskState.Completed, task.State);
    }

    private async Task<IReadOnlyList<UnsignedTags>> UnsignedAsync(Guid repository, TimeSpan later = default) =>
        await Store.FindUnsignedAsync(
            repository, DateTimeOffset.UtcNow + (later == default ? TimeSpan.FromHours(-1) : later));

    private async Task<IEnumerable<string>> TagsAsync(Guid repository, NewTags news) =>
        (await Store.TagsAsync(repository, news.After, news.Head)).Select(tag => tag.Key).Order(StringComparer.Ordinal);

    // Wanted by a user who is none.
    private async Task<Guid> RepositoryAsync()
    {
        var repository = await World.CreateFullAsync("a=A");
        await SetAsync(repository, null, await WishAsync());
        return repository;
    }

    private Task<bool> SetAsync(Guid repository, SignOnPush? before, SignOnPush? after)
    {
        var settings = new Repositories.RepositorySettings("", null, null, null, null, []);
        return cluster.Repositories.UpdateAsync(
            repository, settings with { SignOnPush = before }, settings with { SignOnPush = after });
    }

    private async Task<SignOnPush> WishAsync()
    {
        var service = new SigningServiceRecord(
            Guid.NewGuid(), $"key{Guid.NewGuid():N}", SigningKind.OpenPgp, "", "", null, null, DateTimeOffset.UtcNow);
        await new SigningServiceStore(cluster.Engine.Database, new SecretKey(cluster.Data)).AddAsync(service, new([], ""), default);
        return new(service.Id, Guid.NewGuid(), Host);
    }

    public sealed class OnPostgres(PostgresCluster cluster) : NewTagTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : NewTagTests(cluster), IClassFixture<SqliteCluster>;
}
