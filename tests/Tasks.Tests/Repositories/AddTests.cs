using OrleansRegistry.Content;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>What comes along when content is added or copied.</summary>
public abstract class AddTests(TaskCluster cluster)
{
    private const string ImageA = "A ca la s";
    private const string IndexI = "A B I ca cb la lb s";

    private readonly World _world = new(cluster);

    [Theory]
    [InlineData("x", "x")]
    [InlineData("A", ImageA)]
    [InlineData("a=A", "A a=A ca la s")]
    [InlineData("I", IndexI)]
    [InlineData("J", "A B I J ca cb la lb s")]
    [InlineData("i=I", "A B I ca cb i=I la lb s")]
    [InlineData("sA", "A ca la s sA")]
    [InlineData("sI", "A B I ca cb la lb s sI")]
    [InlineData("a=A sB", "A B a=A ca cb la lb s sB")]
    [InlineData("", "")]
    public async Task Added_content_brings_what_it_needs(string added, string expected)
    {
        var source = await _world.CreateFullAsync("a=A i=I");
        await _world.PushAsync(source, "J");
        var repository = await _world.CreateEmptyAsync();
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync(World.Words(added))), task: null);
        Assert.Equal(expected, await _world.HoldsAsync(repository));
    }

    [Theory]
    [InlineData("", "sA", null)]
    [InlineData("A", "sI", null)]
    [InlineData("", "A sA", "A ca la s sA")]
    [InlineData("", "a=A sA", "A a=A ca la s sA")]
    [InlineData("A", "sA", "A ca la s sA")]
    public async Task Where_its_manifest_must_be_there_a_signature_alone_is_refused(
        string before, string added, string? expected)
    {
        await _world.CreateFullAsync("a=A");
        var repository = await _world.CreateEmptyAsync();
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync(World.Words(before)), true));
        var adding = Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync(World.Words(added)), true));
        if (expected is null)
            Assert.Equal(
                ProblemKind.ManifestUnknown, (await Assert.ThrowsAsync<ProblemException>(() => adding)).Problem.Kind);
        else
            Assert.Equal(expected, await HoldsAfterAsync(adding, repository));
    }

    [Fact]
    public async Task An_added_tag_takes_the_place_of_an_older_one_and_two_of_one_name_are_refused()
    {
        await _world.CreateFullAsync("v=A");
        await _world.CreateFullAsync("v=B");
        var repository = await _world.CreateEmptyAsync();
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("v=A")));
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("v=B")));
        Assert.Equal("A B ca cb la lb s v=B", await _world.HoldsAsync(repository));

        var both = await _world.IdsAsync("v=A", "v=B");
        await Assert.ThrowsAsync<ProblemException>(() => Actions(repository).ApplyAsync(new AddContent(both)));
    }

    [Fact]
    public async Task Content_that_is_not_there_is_refused_and_nothing_is_added()
    {
        await _world.CreateFullAsync("a=A");
        var repository = await _world.CreateEmptyAsync();
        Guid[] ids = [.. await _world.IdsAsync("A"), Guid.NewGuid()];
        await Assert.ThrowsAsync<ProblemException>(() => Actions(repository).ApplyAsync(new AddContent(ids)));
        Assert.Equal("", await _world.HoldsAsync(repository));
    }

    [Theory]
    [InlineData(true, "a", null, false, "A a=A ca la s")]
    [InlineData(true, "a nowhere", null, true, "A a=A ca la s sA")]
    [InlineData(true, "", null, true, "")]
    [InlineData(true, null, null, false, "A B I a=A ca cb i=I la lb s")]
    [InlineData(true, "i", null, true, "A B I ca cb i=I la lb s sA sB sI")]
    [InlineData(false, "A", null, false, ImageA)]
    [InlineData(false, "A", null, true, "A ca la s sA")]
    [InlineData(false, null, "application/vnd.oci.image.index.v1+json", false, IndexI)]
    [InlineData(false, "I", "application/vnd.oci.image.manifest.v1+json", false, "")]
    [InlineData(false, null, null, true, "A B I ca cb la lb s sA sB sI")]
    public async Task Copies_bring_what_they_need_and_signatures_only_when_asked(
        bool tags, string? names, string? types, bool withSignatures, string expected)
    {
        var source = await _world.CreateFullAsync("a=A i=I");
        var version = await cluster.Grains.Repository(source).GetHeadAsync();
        var repository = await _world.CreateEmptyAsync();
        string[]? chosen = names is null
            ? null
            : [.. World.Words(names).Select(name => tags ? name : World.DigestOf(name).ToString())];
        await Actions(repository).ApplyAsync(new CopyContent(
            source, version, new(tags, chosen, types is null ? null : World.Words(types), withSignatures)));
        Assert.Equal(expected, await _world.HoldsAsync(repository));
    }

    [Fact]
    public async Task A_signature_that_is_held_is_not_added_again_in_other_bytes()
    {
        var repository = await _world.CreateFullAsync("a=A");
        var before = await cluster.Grains.Repository(repository).GetHeadAsync();
        var held = await _world.HoldsAsync(repository);
        SignatureKey[] keys = [await _world.StoreSignatureAsync("rA"), await _world.StoreSignatureAsync("qA")];
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("rA", "sA", "qA")));
        await Actions(repository).ApplyAsync(new AddSignatures(keys, AllOrNothing: true));
        Assert.Equal(before, await cluster.Grains.Repository(repository).GetHeadAsync());

        var other = await _world.CreateEmptyAsync();
        await Actions(other).ApplyAsync(new AddContent(await _world.IdsAsync("A", "rA")));
        var version = await cluster.Grains.Repository(other).GetHeadAsync();
        await Actions(repository).ApplyAsync(
            new CopyContent(other, version, new(false, null, null, WithSignatures: true)));
        Assert.Equal(before, await cluster.Grains.Repository(repository).GetHeadAsync());

        await Actions(repository).ApplyAsync(new ModifyContent(null, await _world.IdsAsync("qA")));
        Assert.Equal("A ca la s sA", await _world.HoldsAsync(repository));
        await Actions(repository).ApplyAsync(new RollBack(before));
        Assert.Equal(held, await _world.HoldsAsync(repository));
    }

    [Fact]
    public async Task Of_two_that_are_one_signature_one_is_added()
    {
        await _world.CreateFullAsync("a=A");
        SignatureKey[] keys = [await _world.StoreSignatureAsync("rA"), await _world.StoreSignatureAsync("qA")];
        var repository = await _world.CreateEmptyAsync();
        await Actions(repository).ApplyAsync(new AddContent(await _world.IdsAsync("A", "rA", "qA")));
        Assert.Contains(await _world.HoldsAsync(repository), (string[])["A ca la rA s", "A ca la qA s"]);

        var other = await _world.CreateEmptyAsync();
        await Actions(other).ApplyAsync(new AddContent(await _world.IdsAsync("A")));
        await Actions(other).ApplyAsync(new AddSignatures(keys, AllOrNothing: true));
        Assert.Contains(await _world.HoldsAsync(other), (string[])["A ca la rA s", "A ca la qA s"]);
    }

    [Fact]
    public async Task A_version_that_is_not_there_cannot_be_copied()
    {
        var source = await _world.CreateFullAsync("a=A");
        var repository = await _world.CreateEmptyAsync();
        var problem = await Assert.ThrowsAsync<ProblemException>(
            () => Actions(repository).ApplyAsync(new CopyContent(source, 99, new(true, null, null, false))));
        Assert.Equal(ProblemKind.NameUnknown, problem.Problem.Kind);
    }

    private IRepositoryGrain Actions(Guid repository) => cluster.Grains.Repository(repository);

    private async Task<string> HoldsAfterAsync(Task action, Guid repository)
    {
        await action;
        return await _world.HoldsAsync(repository);
    }

    public sealed class OnPostgres(PostgresCluster cluster) : AddTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : AddTests(cluster), IClassFixture<SqliteCluster>;
}
