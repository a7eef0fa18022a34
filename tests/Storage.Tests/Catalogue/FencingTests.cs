using OrleansRegistry.Content;
using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Two writers, one number: the database lets one of them have it, and the other leaves no trace.</summary>
public abstract class FencingTests(Engine engine) : CatalogueTests(engine)
{
    [Fact]
    public async Task A_writer_that_planned_on_an_older_version_writes_nothing()
    {
        var repository = await Node.CreateRepositoryAsync();
        var old = await Node.LatestAsync(repository);
        var late = await DraftsOfAsync(Other, repository, "late", 3, "latest");
        await Node.PushAsync(repository, Images.Image("early"), ["early"], "latest");
        var held = await Node.ContentOfAsync(repository, 1);

        Assert.Null(await Other.Versions.TryAppendAsync(repository, old, late));
        Assert.Equal(1, (await Node.LatestAsync(repository)).Number);
        await AssertNoTraceAsync(late);
        Assert.Equal(held, await Node.ContentOfAsync(repository, 1));
        Assert.Equal(held, await Node.ContentOfAsync(repository, 1000));
        await Recount.AssertAsync(Engine.Database, repository);
    }

    [Fact]
    public async Task A_writer_that_claims_a_version_which_does_not_exist_writes_nothing()
    {
        var repository = await Node.CreateRepositoryAsync();
        var latest = await Node.LatestAsync(repository);
        var drafts = await DraftsOfAsync(Node, repository, "ahead", 1, "latest");
        Assert.Null(await Node.Versions.TryAppendAsync(repository, latest with { Number = 1 }, drafts));
        await AssertNoTraceAsync(drafts);
        await Recount.AssertAsync(Engine.Database, repository);
    }

    [Theory]
    [InlineData(2, 60)]
    [InlineData(8, 20)]
    public async Task Of_writers_that_append_at_once_exactly_one_succeeds(int writers, int rounds)
    {
        var repository = await Node.CreateRepositoryAsync();
        for (var round = 0; round < rounds; round++)
        {
            var latest = await Node.LatestAsync(repository);
            var drafts = new List<VersionDraft>[writers];
            for (var writer = 0; writer < writers; writer++)
                drafts[writer] = await DraftsOfAsync(
                    Node, repository, $"{repository} {round} {writer}", 1 + (writer % 3), "latest");

            using var start = new Barrier(writers);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return (writer % 2 == 0 ? Node : Other).Versions.TryAppendAsync(repository, latest, drafts[writer]);
                },
                TaskCreationOptions.LongRunning).Unwrap()));

            var winner = Assert.Single(Enumerable.Range(0, writers), writer => outcomes[writer] is not null);
            Assert.Equal(outcomes[winner]![^1].Number, (await Node.LatestAsync(repository)).Number);
            foreach (var version in outcomes[winner]!)
                Assert.Superset(
                    drafts[winner][version.Number - latest.Number - 1].Added.ToHashSet(),
                    await Node.ContentOfAsync(repository, version.Number));
            foreach (var loser in Enumerable.Range(0, writers).Where(writer => writer != winner))
                await AssertNoTraceAsync(drafts[loser]);
            await Recount.AssertAsync(Engine.Database, repository);
        }
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(8, 10)]
    public async Task Writers_of_different_repositories_both_succeed_with_the_same_new_content(int writers, int rounds)
    {
        var repositories = new List<Guid>();
        for (var count = 0; count < writers; count++)
            repositories.Add(await Node.CreateRepositoryAsync());
        for (var round = 0; round < rounds; round++)
        {
            // In opposite orders, so that their locks on the shared content cross.
            var drafts = await DraftsOfAsync(Node, repositories[0], $"shared {round}", 6);
            foreach (var repository in repositories.Skip(1))
                await DraftsOfAsync(Node, repository, $"shared {round}", 6);
            var outcomes = await Task.WhenAll(repositories.Select(async (repository, place) =>
                await (place % 2 == 0 ? Node : Other).Versions.TryAppendAsync(
                    repository,
                    await Node.LatestAsync(repository),
                    place % 2 == 0 ? drafts : [.. drafts.AsEnumerable().Reverse()])));
            Assert.DoesNotContain(null, outcomes);
        }

        foreach (var repository in repositories)
            await Recount.AssertAsync(Engine.Database, repository);
    }

    [Fact]
    public async Task Content_that_is_being_deleted_is_not_taken_into_a_version()
    {
        var repository = await Node.CreateRepositoryAsync();
        var blob = await Node.PushBlobAsync(repository, $"{repository} doomed");
        await Engine.RunAsync(
            "update content set doomed = @yes where key = @key", ("yes", true), ("key", blob.ToString()));
        var draft = new VersionDraft([ContentUnit.Blob(blob)], []);
        Assert.Null(await Node.Versions.TryAppendAsync(repository, await Node.LatestAsync(repository), [draft]));
        await Recount.AssertAsync(Engine.Database, repository);
        Assert.Equal(0, (await Node.LatestAsync(repository)).Number);
    }

    [Fact]
    public async Task A_draft_that_removes_what_is_not_there_is_not_committed()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushAsync(repository, Images.Image("kept"), ["kept"], "latest");
        var draft = new VersionDraft([], [ContentUnit.Manifest(Images.DigestOf("never"))]);
        Assert.Null(await Node.Versions.TryAppendAsync(repository, await Node.LatestAsync(repository), [draft]));
        Assert.Equal(1, (await Node.LatestAsync(repository)).Number);
        await Recount.AssertAsync(Engine.Database, repository);
    }

    [Fact]
    public async Task An_attempt_that_lost_its_task_and_a_cancelled_one_write_nothing()
    {
        var repository = await Node.CreateRepositoryAsync();
        var tasks = new TaskStore(Engine.Database, TimeProvider.System, new PlainNames());
        var task = Guid.NewGuid();
        await tasks.CreateAsync(task, new("kind", "{}", [new Reservation.Work($"{task}")], []), CancellationToken.None);
        var lost = (await tasks.TryClaimAsync(task, "node", DateTimeOffset.UnixEpoch, CancellationToken.None))!.Stamp;
        var soon = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1);
        var running = (await tasks.TryClaimAsync(task, "other", soon, CancellationToken.None))!.Stamp;
        var drafts = await DraftsOfAsync(Node, repository, $"{task}", 1);
        var latest = await Node.LatestAsync(repository);
        Task<IReadOnlyList<RepositoryVersion>?> AppendAsync(TaskStamp stamp) =>
            Node.Versions.TryAppendAsync(repository, latest, [drafts[0] with { Task = stamp }]);

        Assert.Null(await AppendAsync(lost));
        await tasks.CancelAsync(task, CancellationToken.None);
        Assert.Null(await AppendAsync(running));
        await AssertNoTraceAsync(drafts);
        Assert.Equal(0, (await Node.LatestAsync(repository)).Number);
    }

    /// <summary>Drafts that each push one image and point the tags at it.</summary>
    private static async Task<List<VersionDraft>> DraftsOfAsync(
        CatalogueNode node, Guid repository, string name, int count, params string[] tags)
    {
        var drafts = new List<VersionDraft>();
        var view = new RepositoryView(repository, node.Planning);
        var puts = Enumerable.Range(0, count)
            .Select(number => new PutManifest(Images.Image($"{name} {number}"), Images.Tags(tags))).ToList();
        for (var number = 0; number < count; number++)
            await node.PushBlobAsync(repository, $"{name} {number}");
        await view.LoadAsync(puts, CancellationToken.None);
        foreach (var put in puts)
        {
            drafts.Add(await put.PlanAsync(view, CancellationToken.None));
            view.Apply(drafts[^1]);
        }

        return drafts;
    }

    private async Task AssertNoTraceAsync(IEnumerable<VersionDraft> drafts)
    {
        foreach (var manifest in drafts.Select(draft => draft.Manifest!.Digest))
        {
            Assert.Null(await Node.Content.FindManifestAsync(manifest));
            Assert.Equal(0, await CountAsync("content where key = @key", ("key", manifest.ToString())));
            Assert.Equal(0, await CountAsync("tag where manifest_digest = @key", ("key", manifest.ToString())));
            Assert.Equal(0, await CountAsync("repository_content where target = @key", ("key", manifest.ToString())));
        }
    }

    public sealed class OnPostgres(PostgresEngine engine) : FencingTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : FencingTests(engine), IClassFixture<SqliteEngine>;
}
