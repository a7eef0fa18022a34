using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Versions: numbered without a gap, never changed, counted.</summary>
public abstract class VersionHistoryTests(Engine engine) : CatalogueTests(engine)
{
    [Fact]
    public async Task A_new_repository_has_the_empty_version_0()
    {
        var repository = await Node.CreateRepositoryAsync();
        var latest = await Node.LatestAsync(repository);
        Assert.Equal((0, default, default, default), (latest.Number, latest.Added, latest.Removed, latest.Present));
        Assert.Empty(await Node.ContentOfAsync(repository, 0));
    }

    [Fact]
    public async Task A_repository_that_does_not_exist_has_no_version()
    {
        var repository = await Node.CreateRepositoryAsync();
        var empty = await Node.LatestAsync(repository);
        var draft = new VersionDraft([ContentUnit.Manifest(Image.Digest)], [], Image);
        Assert.Null(await Node.Versions.FindLatestAsync(Guid.NewGuid()));
        Assert.Null(await Node.Versions.TryAppendAsync(Guid.NewGuid(), empty, [draft]));
    }

    [Fact]
    public async Task Drafts_appended_together_are_versions_of_their_own_without_a_gap()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushAsync(repository, Image, ["config"], "v0");
        var drafts = Enumerable.Range(1, 20)
            .Select(number => new VersionDraft([ContentUnit.Tag(Tag.Parse($"v{number}"), Image.Digest)], []))
            .ToList();
        var appended = await Node.Versions.TryAppendAsync(repository, await Node.LatestAsync(repository), drafts);

        Assert.NotNull(appended);
        Assert.Equal(Enumerable.Range(2, 20), appended.Select(version => version.Number));
        Assert.Equal(Enumerable.Range(2, 20), appended.Select(version => version.Present.Tags));
        Assert.Equal(appended[^1].Number, (await Node.LatestAsync(repository)).Number);
        Assert.Equal(Enumerable.Range(0, 22), (await NumbersAsync(repository)).Order());
        foreach (var version in appended)
            Assert.Equal(version.Present, ContentCounts.Of(await Node.ContentOfAsync(repository, version.Number)));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_has_an_empty_draft()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushAsync(repository, Image, ["config"], "latest");
        Assert.True((await Node.PlanAsync(repository, new PutManifest(Image, Images.Tags("latest")))).IsEmpty);
        Assert.True((await Node.PlanAsync(repository, new PutManifest(Image, []))).IsEmpty);
        Assert.True((await Node.PlanAsync(repository, new TagManifest(Tag.Parse("latest"), Image.Digest))).IsEmpty);
    }

    [Fact]
    public async Task Removing_a_blob_that_was_only_pending_has_an_empty_draft()
    {
        var repository = await Node.CreateRepositoryAsync();
        var blob = await Node.PushBlobAsync(repository, "abandoned");
        Assert.True((await Node.PlanAsync(repository, new RemoveBlob(blob, WasPending: true))).IsEmpty);
    }

    [Fact]
    public async Task Every_version_can_be_listed_as_it_was_while_tags_move_and_go()
    {
        var repository = await Node.CreateRepositoryAsync();
        var images = Enumerable.Range(0, 4).Select(number => Images.Image($"config {number}", ["shared"])).ToArray();
        var expected = new List<HashSet<ContentUnit>> { new() };
        async Task StepAsync(RepositoryChange change)
        {
            var draft = await Node.PlanAsync(repository, change);
            await Node.CommitAsync(repository, change);
            expected.Add([.. expected[^1].Except(draft.Removed), .. draft.Added]);
        }

        await Node.PushBlobAsync(repository, "shared");
        for (var number = 0; number < images.Length; number++)
        {
            await Node.PushBlobAsync(repository, $"config {number}");
            await StepAsync(new PutManifest(images[number], Images.Tags("latest", $"v{number}")));
        }

        for (var round = 0; round < 10; round++)
        {
            await StepAsync(new TagManifest(Tag.Parse("latest"), images[round % 3].Digest));
            await StepAsync(new Untag(Tag.Parse("latest")));
            await StepAsync(new TagManifest(Tag.Parse("latest"), images[1 + (round % 3)].Digest));
        }

        await StepAsync(new RemoveManifest(images[0].Digest));
        await StepAsync(new RemoveManifest(images[3].Digest));
        await Node.PushBlobAsync(repository, "config 0");
        await StepAsync(new PutManifest(images[0], Images.Tags("v0")));

        Assert.Equal(Enumerable.Range(0, expected.Count), (await NumbersAsync(repository)).Order());
        for (var version = 0; version < expected.Count; version++)
            Assert.Equal(expected[version], await Node.ContentOfAsync(repository, version));
        for (var version = 0; version < expected.Count; version++)
            foreach (var unit in expected.SelectMany(units => units).Select(unit => unit.InRepository).Distinct())
                Assert.Equal(
                    expected[version].SingleOrDefault(held => held.InRepository == unit),
                    await Node.Reader.FindAsync(repository, version, unit));
        await Recount.AssertAsync(Engine.Database, repository);
    }

    [Fact]
    public async Task A_list_is_in_byte_order_and_goes_on_after_the_last_one_seen()
    {
        var repository = await Node.CreateRepositoryAsync();
        string[] names = ["1", "B", "_", "a", "a-b", "a.b", "ab", "b", "Z", "z"];
        await Node.PushAsync(repository, Image, ["config"], names);
        var ordered = names.Order(StringComparer.Ordinal).ToList();

        var pages = new List<string>();
        for (var page = await PageAsync(null); page.Count > 0; page = await PageAsync(pages[^1]))
            pages.AddRange(page);
        Assert.Equal(ordered, pages);

        async Task<List<string>> PageAsync(string? last)
        {
            var page = await Node.Reader.ListAsync(repository, 1, ContentKind.Tag, last, 3);
            Assert.InRange(page.Count, 0, 3);
            return [.. page.Select(tag => tag.Key)];
        }
    }

    [Fact]
    public async Task What_one_node_commits_another_reads()
    {
        var repository = await Node.CreateRepositoryAsync();
        var committed = await Node.PushAsync(repository, Image, ["config"], "latest");
        var latest = await Other.LatestAsync(repository);
        Assert.Equal(
            (1, committed.Added, committed.Removed, committed.Present),
            (latest.Number, latest.Added, latest.Removed, latest.Present));
        Assert.Equal(
            ContentUnit.Tag(Tag.Parse("latest"), Image.Digest),
            await Other.Reader.FindAsync(repository, 1, new(ContentKind.Tag, "latest")));
    }

    private static Manifest Image { get; } = Images.Image("config");

    private async Task<IReadOnlyList<int>> NumbersAsync(Guid repository) => await Engine.Database.QueryAsync(
        new("select number from repository_version where repository_id = @repository", ("repository", repository)),
        row => row.Int32(0));

    public sealed class OnPostgres(PostgresEngine engine) : VersionHistoryTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : VersionHistoryTests(engine), IClassFixture<SqliteEngine>;
}
