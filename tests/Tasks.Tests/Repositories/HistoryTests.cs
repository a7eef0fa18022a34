using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>The past of a repository: deleting, trimming and returning to versions.</summary>
public abstract class HistoryTests(TaskCluster cluster)
{
    private readonly World _world = new(cluster);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Deleting_a_version_changes_no_other_one(int number)
    {
        var repository = await HistoryAsync();
        var before = await AllAsync(repository);
        Assert.Equal(8, before.Count);
        await Actions(repository).DeleteVersionAsync(number);
        before.Remove(number);
        Assert.Equal(before, await AllAsync(repository));
        await AssertCountsAsync(repository);
    }

    [Fact]
    public async Task Deleting_version_by_version_in_any_order_keeps_the_rest_as_it_was()
    {
        var repository = await HistoryAsync();
        var left = await AllAsync(repository);
        foreach (var number in (int[])[3, 2, 7, 5, 0, 6, 1])
        {
            await Actions(repository).DeleteVersionAsync(number);
            left.Remove(number);
            Assert.Equal(left, await AllAsync(repository));
            await AssertCountsAsync(repository);
        }

        var problem = await Assert.ThrowsAsync<ProblemException>(() => Actions(repository).DeleteVersionAsync(4));
        Assert.Equal(ProblemKind.Pinned, problem.Problem.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_is_made_and_deleted_in_whatever_order_no_other_version_changes(int seed)
    {
        var random = new Random(seed);
        var repository = await HistoryAsync();
        string[] things = ["v=A", "v=B", "w=A", "I", "sA", "sB", "x"];
        await _world.CreateFullAsync("w=A");
        var left = await AllAsync(repository);
        for (var step = 0; step < 40; step++)
        {
            var numbers = left.Keys.ToArray();
            var some = await _world.IdsAsync(random.GetItems(things, 3).DistinctBy(thing => thing.Split('=')[0]));
            switch (random.Next(5))
            {
                case 0:
                    await Actions(repository).ApplyAsync(new AddContent(some));
                    break;
                case 1:
                    await Actions(repository).ApplyAsync(new RemoveContent(some));
                    break;
                case 2:
                    await Actions(repository).ApplyAsync(new RollBack(random.GetItems(numbers, 1)[0]));
                    break;
                case var _ when left.Count > 1:
                    var number = random.GetItems(numbers, 1)[0];
                    await Actions(repository).DeleteVersionAsync(number);
                    left.Remove(number);
                    break;
            }

            var after = await AllAsync(repository);
            Assert.Equal(left, after.Where(version => left.ContainsKey(version.Key)).ToDictionary());
            Assert.InRange(after.Count, left.Count, left.Count + 1);
            left = after;
            await AssertCountsAsync(repository);
        }
    }

    [Fact]
    public async Task The_number_of_a_deleted_newest_version_is_never_given_again()
    {
        var repository = await HistoryAsync();
        Assert.Equal(6, await Actions(repository).DeleteVersionAsync(7));
        Assert.Equal(6, await cluster.Grains.Repository(repository).GetHeadAsync());
        Assert.Equal(8, await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("x"))));
    }

    [Fact]
    public async Task A_version_that_a_distribution_serves_cannot_be_deleted()
    {
        var repository = await HistoryAsync(served: true);
        await Assert.ThrowsAsync<ProblemException>(() => Actions(repository).DeleteVersionAsync(7));
        await cluster.Engine.RunAsync(
            "update distribution set pinned_version = 3 where repository_id = @id", ("id", repository));
        await Assert.ThrowsAsync<ProblemException>(() => Actions(repository).DeleteVersionAsync(3));
        await Actions(repository).DeleteVersionAsync(7);
    }

    [Fact]
    public async Task A_repository_keeps_as_many_versions_as_it_is_told_to_and_those_that_are_pinned()
    {
        var repository = await HistoryAsync(served: true);
        var before = await AllAsync(repository);
        await cluster.Engine.RunAsync(
            "update distribution set pinned_version = 2 where repository_id = @id", ("id", repository));
        await cluster.Engine.RunAsync(
            "update repository set retain_repo_versions = 3 where id = @id", ("id", repository));
        await Actions(repository).TrimAsync();
        Assert.Equal([2, 5, 6, 7], (await AllAsync(repository)).Keys);

        // From now on every new version makes the oldest one go, also one that a registry client pushes.
        await _world.PushAsync(repository, "A", "new");
        await Actions(repository).TrimAsync();
        var after = await AllAsync(repository);
        Assert.Equal([2, 6, 7, 8], after.Keys);
        Assert.Equal((before[2], before[6]), (after[2], after[6]));
        await AssertCountsAsync(repository);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Rolling_back_makes_a_new_version_that_holds_what_the_old_one_did(int number)
    {
        var repository = await HistoryAsync();
        var before = await AllAsync(repository);
        Assert.Equal(8, await Actions(repository).ApplyAsync(new RollBack(number)));
        var after = await AllAsync(repository);
        Assert.Equal(before[number], after[8]);
        await AssertCountsAsync(repository);

        // Once more changes nothing.
        Assert.Equal(8, await Actions(repository).ApplyAsync(new RollBack(number)));
    }

    // 1 to 7: things come, go, come back, and a tag moves to and fro.
    private async Task<Guid> HistoryAsync(bool served = false)
    {
        var source = await _world.CreateFullAsync("v=A");
        await _world.CreateFullAsync("v=B");
        var repository = await _world.CreateEmptyAsync();
        if (!served)
            await cluster.Engine.RunAsync(
                "update distribution set repository_id = @other where repository_id = @id",
                ("other", source), ("id", repository));
        var actions = Actions(repository);
        await actions.ApplyAsync(new AddContent(await _world.IdsAsync("v=A")));
        await actions.ApplyAsync(new TagManifest(Tag.Parse("w"), World.DigestOf("A")));
        await actions.ApplyAsync(new AddContent(await _world.IdsAsync("v=B")));
        await actions.ApplyAsync(new AddContent(await _world.IdsAsync("v=A")));
        await actions.ApplyAsync(new Untag(Tag.Parse("w")));
        await actions.ApplyAsync(new RemoveContent(null));
        await actions.ApplyAsync(new AddContent(await _world.IdsAsync("v=B", "I", "sA")));
        return repository;
    }

    private IRepositoryGrain Actions(Guid repository) => cluster.Grains.Repository(repository);

    private async Task<SortedDictionary<int, string>> AllAsync(Guid repository)
    {
        var numbers = await cluster.Engine.Database.QueryAsync(
            new("select number from repository_version where repository_id = @id", ("id", repository)),
            row => row.Int32(0));
        var versions = new SortedDictionary<int, string>();
        foreach (var number in numbers)
            versions[number] = await _world.HoldsAsync(repository, number);
        return versions;
    }

    // The counts of each version are those of its rows, and of its difference from the version before.
    private async Task AssertCountsAsync(Guid repository)
    {
        var previous = new HashSet<string>();
        foreach (var (number, held) in await AllAsync(repository))
        {
            var now = World.Words(held).ToHashSet();
            var counted = await cluster.Engine.ReadAsync(
                row => (Added: row.Int32(0), Removed: row.Int32(1), Present: row.Int32(2)),
                """
                select added_blobs + added_manifests + added_tags + added_signatures,
                  removed_blobs + removed_manifests + removed_tags + removed_signatures,
                  present_blobs + present_manifests + present_tags + present_signatures
                from repository_version where repository_id = @id and number = @number
                """,
                ("id", repository),
                ("number", number));
            Assert.Equal((now.Except(previous).Count(), previous.Except(now).Count(), now.Count), counted);
            previous = now;
        }
    }

    public sealed class OnPostgres(PostgresCluster cluster) : HistoryTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : HistoryTests(cluster), IClassFixture<SqliteCluster>;
}
