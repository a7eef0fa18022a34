using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

/// <summary>How changes of one repository become versions: together, in order, and never seen too early.</summary>
public abstract class CommitTests(ClusterFixture fixture)
{
    private RegistryCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Readers_see_the_last_committed_version_while_the_next_is_being_written()
    {
        var repository = await CreateAsync("first");
        await Cluster[0].PutAsync(repository, Images.Image("first"), "latest");
        await Cluster[0].PushBlobAsync(repository, "second");
        var commit = Cluster.Interference.Hold(repository);
        var push = Cluster[0].PutAsync(repository, Images.Image("second"), "latest");
        await commit.Reached;

        foreach (var node in Cluster.Nodes)
        {
            Assert.Equal(1, await node.Grains.Repository(repository).GetHeadAsync());
            Assert.Equal(Images.Image("first").Digest.ToString(), await node.ResolveAsync(repository, "latest"));
        }

        commit.Release();
        Assert.Equal(2, await push);
        foreach (var node in Cluster.Nodes)
            Assert.Equal(Images.Image("second").Digest.ToString(), await node.ResolveAsync(repository, "latest"));
    }

    [Fact]
    public async Task Changes_that_wait_for_a_commit_share_the_next_one_and_are_versions_of_their_own()
    {
        var names = Enumerable.Range(0, 20).Select(number => $"image-{number}").ToArray();
        var repository = await CreateAsync(names);
        var commit = Cluster.Interference.Hold(repository);
        var first = Cluster[0].PutAsync(repository, Images.Image(names[0]), names[0]);
        await commit.Reached;
        var node = NearBy(repository);
        var others = names[1..].Select(name => node.PutAsync(repository, Images.Image(name), name)).ToList();
        await node.Grains.Repository(repository).GetHeadAsync(); // arrives after them
        commit.Release();

        Assert.Equal(1, await first);
        Assert.Equal(Enumerable.Range(2, 19), await Task.WhenAll(others));
        Assert.Equal([1, 19], Cluster.Interference.TransactionsOf(repository));
        for (var number = 1; number <= 20; number++)
            Assert.Equal(number, (await TagsAsync(repository, number)).Count);
        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task Hundreds_of_changes_at_once_are_all_committed_in_order_of_arrival()
    {
        var repository = await CreateAsync("config");
        await Cluster[0].PutAsync(repository, Images.Image("config"), "latest");
        var node = NearBy(repository);
        var commit = Cluster.Interference.Hold(repository);
        var pushes = Enumerable.Range(0, 500)
            .Select(number => node.PutAsync(repository, Images.Image("config"), $"tag-{number}")).ToList();
        await commit.Reached;
        commit.Release();
        Assert.Equal(Enumerable.Range(2, 500), await Task.WhenAll(pushes));
        Assert.InRange(Cluster.Interference.TransactionsOf(repository).Count, 2, 20);
        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task One_bad_change_of_a_burst_fails_only_its_own_caller()
    {
        var repository = await CreateAsync("a", "b", "c");
        var (node, commit) = (NearBy(repository), Cluster.Interference.Hold(repository));
        var first = node.PutAsync(repository, Images.Image("a"), "a");
        await commit.Reached;
        var good = node.PutAsync(repository, Images.Image("b"), "b");
        var bad = node.PutAsync(repository, Images.Image("absent"), "absent");
        var unknown = node.Grains.Repository(repository).ApplyAsync(new Untag(Tag.Parse("absent")));
        var last = node.PutAsync(repository, Images.Image("c"), "c");
        commit.Release();

        Assert.Equal((1, 2, 3), (await first, await good, await last));
        Assert.Equal(ProblemKind.ManifestBlobUnknown, await KindOfAsync(bad));
        Assert.Equal(ProblemKind.ManifestUnknown, await KindOfAsync(unknown));
        Assert.Equal(["a", "b", "c"], await TagsAsync(repository, 3));
    }

    [Fact]
    public async Task A_change_that_fails_as_nobody_expected_fails_only_its_own_caller()
    {
        var repository = await CreateAsync("a", "b", "c");
        var (node, commit) = (NearBy(repository), Cluster.Interference.Hold(repository));
        var first = node.PutAsync(repository, Images.Image("a"), "a");
        await commit.Reached;
        var second = node.PutAsync(repository, Images.Image("b"), "b");
        var broken = node.PutAsync(repository, Images.Image("b"), InterferedHead.Poison);
        var last = node.PutAsync(repository, Images.Image("c"), "c");
        commit.Release();

        Assert.Equal((1, 2, 3), (await first, await second, await last));
        Assert.Contains("Nobody expected", (await Assert.ThrowsAnyAsync<Exception>(() => broken)).Message);
        Assert.Equal(["a", "b", "c"], await TagsAsync(repository, 3));
        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task A_history_that_could_not_be_trimmed_is_reported_and_trimmed_with_the_next_change()
    {
        var repository = await CreateAsync("a");
        await fixture.Engine.RunAsync(
            "update repository set retain_repo_versions = 1 where id = @id", ("id", repository));
        await Cluster.DeactivateAsync(Cluster[0].Grains.Repository(repository));
        Cluster.Interference.FailTrim(repository, new StoreUnavailableException("gone"));
        var history = Cluster[0].Service<IVersionHistory>();
        for (var number = 1; number <= 3; number++) // each waits for the trimming of the one before
            Assert.Equal(number, await Cluster[0].PutAsync(repository, Images.Image("a"), $"tag-{number}"));

        Assert.Contains(Cluster.Journal.Entries, entry => entry.Contains($"{repository} keeps more versions"));
        Assert.False(await history.ExistsAsync(repository, 0));
    }

    [Fact]
    public async Task A_change_that_was_cancelled_while_it_waited_is_no_fault()
    {
        var repository = await CreateAsync("a", "b");
        var (node, commit) = (NearBy(repository), Cluster.Interference.Hold(repository));
        var first = node.PutAsync(repository, Images.Image("a"), "a");
        await commit.Reached;
        using var wish = new CancellationTokenSource();
        var cancelled = node.Grains.Repository(repository).ApplyAsync(new AddContent([]), null, wish.Token);
        var last = node.PutAsync(repository, Images.Image("b"), "b");
        await wish.CancelAsync();
        await node.Grains.Repository(repository).GetHeadAsync();
        commit.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal((1, 2), (await first, await last));
        Assert.DoesNotContain(Cluster.Journal.Entries, entry => entry.Contains("AddAsync failed"));
    }

    [Fact]
    public async Task A_change_of_the_settings_is_seen_by_the_next_change_while_others_are_on_their_way()
    {
        var repository = await CreateAsync("a");
        var commit = Cluster.Interference.Hold(repository);
        var grain = Cluster[0].Grains.Repository(repository);
        var first = Cluster[0].PutAsync(repository, Images.Image("a"), "first");
        await commit.Reached;
        await fixture.Engine.RunAsync(
            "update repository set retain_repo_versions = 1 where id = @id", ("id", repository));
        await grain.ForgetAsync();
        commit.Release();
        Assert.Equal(1, await first);
        for (var number = 2; number <= 3; number++)
            Assert.Equal(number, await Cluster[0].PutAsync(repository, Images.Image("a"), $"tag-{number}"));
        Assert.False(await Cluster[0].Service<IVersionHistory>().ExistsAsync(repository, 0));
    }

    [Fact]
    public async Task A_change_of_a_burst_sees_what_the_ones_before_it_did()
    {
        var repository = await CreateAsync("a", "image");
        var (node, commit) = (NearBy(repository), Cluster.Interference.Hold(repository));
        var grain = node.Grains.Repository(repository);
        var (image, index) = (Images.Image("image"), Images.Index([Images.Image("image")]));
        var first = node.PutAsync(repository, Images.Image("a"), "a");
        await commit.Reached;
        Task<int>[] burst =
        [
            node.PutAsync(repository, image), node.PutAsync(repository, index, "latest"),
            node.PutAsync(repository, index, "latest"), grain.ApplyAsync(new Untag(Tag.Parse("latest"))),
            node.PutAsync(repository, index, "latest"), grain.ApplyAsync(new RemoveManifest(index.Digest)),
            node.PutAsync(repository, Images.Image("a"), "last"),
        ];
        commit.Release();

        Assert.Equal(1, await first);
        Assert.Equal("2 3 3 4 5 6 7", string.Join(' ', await Task.WhenAll(burst)));
        Assert.Equal(["a", "last"], await TagsAsync(repository, 7));
        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task A_change_without_effect_makes_no_version()
    {
        var repository = await CreateAsync("config");
        Assert.Equal(1, await Cluster[0].PutAsync(repository, Images.Image("config"), "latest"));
        Assert.Equal(1, await Cluster[1].PutAsync(repository, Images.Image("config"), "latest"));
        Assert.Equal([1], Cluster.Interference.TransactionsOf(repository));
    }

    [Fact]
    public async Task An_outage_fails_those_who_waited_for_that_commit_and_the_grain_goes_on()
    {
        var repository = await CreateAsync("a", "b", "c");
        var (node, commit) = (NearBy(repository), Cluster.Interference.Hold(repository));
        Cluster.Interference.Fail(repository, new StoreUnavailableException("gone"));
        var first = node.PutAsync(repository, Images.Image("a"), "a");
        await commit.Reached;
        var (second, third) = (
            node.PutAsync(repository, Images.Image("b"), "b"), node.PutAsync(repository, Images.Image("c"), "c"));
        commit.Release();

        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => second);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => third);
        Assert.Equal(1, await node.Grains.Repository(repository).GetHeadAsync());
        Assert.Equal(2, await node.PutAsync(repository, Images.Image("c"), "c"));
        Assert.Equal(3, await node.PutAsync(repository, Images.Image("b"), "b"));
        await Recount.AssertAsync(fixture.Engine.Database, repository);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_found_when_the_change_is_repeated()
    {
        var repository = await CreateAsync("config");
        Cluster.Interference.LoseAnswer(repository, new StoreUnavailableException("the line went dead"));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Cluster[0].PutAsync(repository, Images.Image("config"), "latest"));
        Assert.Equal(1, await Cluster[0].PutAsync(repository, Images.Image("config"), "latest"));
        Assert.Equal(1, await Cluster[1].Grains.Repository(repository).GetHeadAsync());
    }

    [Fact]
    public async Task A_commit_that_lost_its_number_to_another_writer_is_planned_again()
    {
        var repository = await CreateAsync("a");
        await using var other = await fixture.StartAnotherAsync();
        Cluster.Interference.Before(repository, () => other[0].PushImageAsync(repository, "theirs"));
        Assert.Equal(2, await Cluster[0].PutAsync(repository, Images.Image("a"), "latest"));
        Assert.Equal(["theirs"], await TagsAsync(repository, 1));
        Assert.Equal(["latest", "theirs"], await TagsAsync(repository, 2));
    }

    [Fact]
    public async Task A_refusal_that_another_writer_causes_is_one_of_that_state()
    {
        var repository = await CreateAsync("a");
        await Cluster[0].PutAsync(repository, Images.Image("a"), "latest");
        await using var other = await fixture.StartAnotherAsync();
        Cluster.Interference.Before(
            repository, () => other[0].Grains.Repository(repository).ApplyAsync(new Untag(Tag.Parse("latest"))));
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => Cluster[0].Grains.Repository(repository).ApplyAsync(new Untag(Tag.Parse("latest"))));
        Assert.Equal(ProblemKind.ManifestUnknown, refusal.Problem.Kind);
        Assert.Equal(2, await Cluster[0].Grains.Repository(repository).GetHeadAsync());
    }

    private static async Task<ProblemKind> KindOfAsync(Task refused) =>
        (await Assert.ThrowsAsync<ProblemException>(() => refused)).Problem.Kind;

    /// <summary>A repository with pending blobs, its grain awake.</summary>
    private async Task<Guid> CreateAsync(params string[] blobs)
    {
        var repository = (await Cluster[0].CreateRepositoryAsync()).GetPrimaryKey();
        foreach (var blob in blobs)
            await Cluster[0].PushBlobAsync(repository, blob);
        return repository;
    }

    /// <summary>The node on which the grain lives: calls made there arrive in the order they are made.</summary>
    private Node NearBy(Guid repository) => Cluster.NodeOf(Cluster[0].Grains.Repository(repository));

    private async Task<List<string>> TagsAsync(Guid repository, int version)
    {
        var tags = await Cluster[0].Service<IVersionReader>().ListAsync(
            repository, version, ContentKind.Tag, null, 1000);
        return [.. tags.Select(tag => tag.Key)];
    }

    public sealed class OnPostgres(PostgresCluster cluster) : CommitTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : CommitTests(cluster), IClassFixture<SqliteCluster>;
}
