using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>What goes along when content is removed, and what stays because something needs it.</summary>
public abstract class RemoveTests(TaskCluster cluster)
{
    private const string Everything = "A B I ca cb la lb s sA sB sI x";

    private readonly World _world = new(cluster);

    [Theory]
    [InlineData("i=I", "i=I", "x")]
    [InlineData("i=I a=A", "i=I", "A a=A ca la s sA x")]
    [InlineData("i=I a=A", "a=A", "A B I ca cb i=I la lb s sA sB sI x")]
    [InlineData("i=I a=A", "a=A i=I", "x")]
    [InlineData("a=A b=B", "I", "A B a=A b=B ca cb la lb s sA sB x")]
    [InlineData("a=A", "I", "A a=A ca la s sA x")]
    [InlineData("", "I", "x")]
    [InlineData("", "I A", "x")]
    [InlineData("", "A", Everything)]
    [InlineData("", "s la", Everything)]
    [InlineData("", "x", "A B I ca cb la lb s sA sB sI")]
    [InlineData("", "sA", "A B I ca cb la lb s sB sI x")]
    [InlineData("", "sA sI", "A B I ca cb la lb s sB x")]
    [InlineData("i=I", "I", "A B I ca cb i=I la lb s sA sB sI x")]
    [InlineData("i=I", "i=I A s x", "")]
    [InlineData("", "*", "")]
    [InlineData("", "", Everything)]
    public async Task What_nothing_needs_any_more_goes_along(string tags, string removed, string expected)
    {
        var repository = await _world.CreateFullAsync(tags);
        await Actions(repository).ApplyAsync(new RemoveContent(removed == "*" ? null : await _world.IdsAsync(World.Words(removed))), task: null);
        Assert.Equal(expected, await _world.HoldsAsync(repository));
    }

    [Fact]
    public async Task Removing_what_something_needs_succeeds_and_makes_no_version()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var before = await cluster.Grains.Repository(repository).GetHeadAsync();
        Assert.Equal(before, await Actions(repository).ApplyAsync(new RemoveContent(await _world.IdsAsync("A", "s", "I"))));
    }

    [Fact]
    public async Task A_tag_that_points_elsewhere_by_now_stays()
    {
        var repository = await _world.CreateFullAsync("v=A");
        var older = await _world.IdsAsync("v=A");
        await _world.PushAsync(repository, "B", "v");
        await Actions(repository).ApplyAsync(new RemoveContent(older));
        Assert.Contains("v=B", await _world.HoldsAsync(repository));
    }

    [Theory]
    [InlineData("a=A b=A", "I", "A a=A b=A ca la s sA x")]
    [InlineData("a=A i=I", "I", "A a=A ca la s sA x")]
    public async Task A_removed_image_takes_its_tags_along_and_what_has_no_reason_to_stay(
        string tags, string image, string expected)
    {
        var repository = await _world.CreateFullAsync(tags);
        await Actions(repository).ApplyAsync(new RemoveManifest(World.DigestOf(image)));
        Assert.Equal(expected, await _world.HoldsAsync(repository));
    }

    [Theory]
    [InlineData(null, null, null, "")]
    [InlineData(null, World.KeyOfA, null, "sB")]
    [InlineData(null, World.FingerprintOfB, null, "sA sI")]
    [InlineData(null, "1111111111111111111111111AAAAAAAAAAAAAAA", null, "sA sB sI")]
    [InlineData(null, "000000000000000000000000AAAAAAAAAAAAAAAA", null, "sB")]
    [InlineData("sA sI", null, null, "sB")]
    [InlineData("sA sB", World.KeyOfA, null, "sB sI")]
    [InlineData(null, null, "A", "sB sI")]
    [InlineData(null, World.KeyOfA, "B", "sA sB sI")]
    public async Task Signatures_are_removed_all_or_by_key_or_by_list_or_of_one_image(
        string? listed, string? key, string? image, string left)
    {
        var repository = await _world.CreateFullAsync("i=I");
        await Actions(repository).ApplyAsync(new RemoveSignatures(
            listed is null ? null : await _world.IdsAsync(World.Words(listed)),
            key,
            image is null ? null : World.DigestOf(image)));
        Assert.Equal(
            string.Join(' ', World.Words($"A B I ca cb i=I la lb s {left} x")), await _world.HoldsAsync(repository));
    }

    [Theory]
    [InlineData("a=A", "*", "B", "B cb lb s")]
    [InlineData("a=A", "a=A I", "A", "A ca la s sA x")]
    [InlineData("i=I", "i=I", "sA", "A ca la s sA x")]
    public async Task What_one_modification_removes_and_adds_stays(
        string tags, string removed, string added, string expected)
    {
        var repository = await _world.CreateFullAsync(tags);
        var before = await cluster.Grains.Repository(repository).GetHeadAsync();
        var after = await Actions(repository).ApplyAsync(new ModifyContent(removed == "*" ? null : await _world.IdsAsync(World.Words(removed)), await _world.IdsAsync(World.Words(added))));
        Assert.Equal(before + 1, after);
        Assert.Equal(expected, await _world.HoldsAsync(repository));
    }

    [Theory]
    [InlineData("A a=A", "A R a=A c=R ca la s sA")]
    [InlineData("A i=I I a=A sA", "A R a=A c=R ca la s")]
    public async Task What_hangs_on_an_image_that_one_modification_removes_and_adds_stays_too(
        string removed, string expected)
    {
        var repository = await _world.CreateFullAsync("a=A i=I");
        await _world.PushAsync(repository, "R");
        var companion = Tag.Parse(World.DigestOf("A").ToString().Replace(':', '-') + ".sig");
        await Actions(repository).ApplyAsync(new TagManifest(companion, World.DigestOf("R")));
        await Actions(repository).ApplyAsync(new ModifyContent(await _world.IdsAsync(World.Words(removed)), await _world.IdsAsync("a=A")));
        var held = (await _world.HoldsAsync(repository)).Replace($"{companion}=R", "c=R", StringComparison.Ordinal);
        Assert.Superset(World.Words(expected).ToHashSet(), World.Words(held).ToHashSet());
        Assert.Equal(removed.Contains("sA"), !World.Words(held).Contains("sA"));
    }

    private IRepositoryGrain Actions(Guid repository) => cluster.Grains.Repository(repository);

    public sealed class OnPostgres(PostgresCluster cluster) : RemoveTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : RemoveTests(cluster), IClassFixture<SqliteCluster>;
}
