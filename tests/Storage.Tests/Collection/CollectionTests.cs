using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Garbage collection: what nothing holds goes, and only that.</summary>
public abstract class CollectionTests(Engine engine) : CatalogueTests(engine)
{
    // Nothing was touched after the one, and nothing here before the other.
    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1), Yesterday = DateTimeOffset.UtcNow.AddDays(-1);

    private readonly string _own = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task What_any_version_holds_is_kept()
    {
        var repository = await Node.CreateRepositoryAsync();
        var (first, second) = (Image("config", "first"), Image("config", "second"));
        await Node.PushAsync(repository, first, [Words("config"), Words("first")], "v1");
        await SignAsync(repository, first);
        await Node.PushAsync(repository, second, [Words("config"), Words("second")], "v1");
        var latest = await Node.CommitAsync(repository, new RemoveManifest(first.Digest));
        var held = new List<HashSet<ContentUnit>>();
        for (var version = 1; version <= latest.Number; version++)
            held.Add(await Node.ContentOfAsync(repository, version));

        await Node.Collection.RunAsync(Tomorrow);
        for (var version = 1; version <= latest.Number; version++)
            Assert.Equal(held[version - 1], await Node.ContentOfAsync(repository, version));
        foreach (var blob in new[] { "config", "first", "second" })
            Assert.Equal(Words(blob), await File.ReadAllTextAsync(Node.Data.PathOf(Images.DigestOf(Words(blob)))));
        foreach (var manifest in new[] { first, second })
            Assert.NotNull(await Node.Content.FindManifestAsync(manifest.Digest));
    }

    [Fact]
    public async Task A_blob_that_no_manifest_took_up_goes_with_its_file_after_the_grace_period()
    {
        var repository = await Node.CreateRepositoryAsync();
        var blob = await Node.PushBlobAsync(repository, Words("pending"));
        await Node.Collection.RunAsync(Yesterday);
        Assert.NotNull(await Node.Blobs.FindPendingAsync(repository, blob));
        Assert.True(File.Exists(Node.Data.PathOf(blob)));

        Assert.Equal(Words("pending").Length, await Node.Collection.RunAsync(Tomorrow));
        Assert.Null(await Node.Blobs.FindPendingAsync(repository, blob));
        Assert.False(File.Exists(Node.Data.PathOf(blob)));
        Assert.Equal(0, await CountAsync("content where key = @key", ("key", blob.ToString())));
    }

    [Fact]
    public async Task A_name_that_a_first_push_made_and_nothing_ever_arrived_in_goes_with_its_repository()
    {
        var name = RepositoryName.Parse($"{_own}/abandoned");
        var made = await Node.Distributions.GetOrCreateAsync(name);
        Assert.DoesNotContain(made.Repository, (await UnusedAsync(Yesterday)).Select(one => one.Repository));
        var unused = Assert.Single(await UnusedAsync(Tomorrow), one => one.Repository == made.Repository);
        Assert.Equal(name.ToString(), unused.BasePath);
        Assert.True(await Node.Collection.DropUnusedAsync(unused, Tomorrow));
        Assert.Null(await Node.Distributions.FindAsync(name));
        Assert.Equal(0, await CountAsync("repository where id = @id", ("id", made.Repository)));
        Assert.False(await Node.Collection.DropUnusedAsync(unused, Tomorrow));
    }

    [Theory]
    [InlineData("a blob waits")]
    [InlineData("an image was pushed")]
    [InlineData("the repository was changed")]
    [InlineData("the distribution was changed")]
    [InlineData("the repository is labelled")]
    [InlineData("another name serves it")]
    [InlineData("it was made by hand")]
    public async Task A_name_that_somebody_has_a_use_for_stays(string use)
    {
        var name = RepositoryName.Parse($"{_own}/{use.Replace(' ', '-')}");
        var repositories = new RepositoryStore(Engine.Database, TimeProvider.System);
        var bindings = new DistributionSettingsStore(Engine.Database, TimeProvider.System);
        DistributionSettings Serving(string path, Guid repository) =>
            new(path, path, repository, null, false, false, null, new Labels());
        var settings = new RepositorySettings(name.ToString(), null, null, null, null, new Labels());
        Guid repository;
        if (use == "it was made by hand")
        {
            repository = await repositories.CreateAsync(settings, CancellationToken.None);
            await bindings.CreateAsync(Guid.NewGuid(), Serving(name.ToString(), repository), CancellationToken.None);
        }
        else
        {
            repository = (await Node.Distributions.GetOrCreateAsync(name)).Repository;
        }

        var unused = new UnusedName(repository, name.ToString());
        switch (use)
        {
            case "a blob waits":
                await Node.PushBlobAsync(repository, Words("waiting"));
                break;
            case "an image was pushed":
                await Node.PushAsync(repository, Image("config"), [Words("config")]);
                break;
            case "the repository was changed":
                await repositories.UpdateAsync(
                    repository, settings, settings with { Description = "mine" }, CancellationToken.None);
                break;
            case "the distribution was changed":
                await Engine.RunAsync(
                    "update distribution set updated_at = created_at where repository_id = @id", ("id", repository));
                break;
            case "the repository is labelled":
                await new LabelStore(Engine.Database).SetAsync(
                    new(ResourceKind.Repository, repository), "keep", "yes", CancellationToken.None);
                break;
            case "another name serves it":
                await bindings.CreateAsync(
                    Guid.NewGuid(), Serving($"{_own}/other", repository), CancellationToken.None);
                break;
        }

        Assert.DoesNotContain(repository, (await UnusedAsync(Tomorrow)).Select(one => one.Repository));
        Assert.False(await Node.Collection.DropUnusedAsync(unused, Tomorrow));
        Assert.Equal(repository, (await Node.Distributions.FindAsync(name))?.Repository);
    }

    [Fact]
    public async Task An_index_goes_before_its_images_and_those_before_their_blobs()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("config", "layer");
        var index = Images.Index([image]);
        await Node.PushAsync(repository, image, [Words("config"), Words("layer")]);
        await Node.CommitAsync(repository, new PutManifest(index, Images.Tags("all")));
        await DropAsync(repository);

        var orphans = await Node.Collection.OrphansAsync(ContentKind.Manifest, Tomorrow);
        Assert.Contains(index.Digest.ToString(), orphans);
        Assert.DoesNotContain(image.Digest.ToString(), orphans);
        Assert.False(await Node.Collection.CollectManifestAsync(image.Digest, Tomorrow));
        Assert.Null(await Node.Collection.CollectBlobAsync(Images.DigestOf(Words("layer")), Tomorrow));

        Assert.True(await Node.Collection.CollectManifestAsync(index.Digest, Tomorrow));
        Assert.True(await Node.Collection.CollectManifestAsync(image.Digest, Tomorrow));
        Assert.Equal(Words("layer").Length, await Node.Collection.CollectBlobAsync(Images.DigestOf(Words("layer")), Tomorrow));
        Assert.Null(await Node.Content.FindManifestAsync(image.Digest));
        Assert.False(File.Exists(Node.Data.PathOf(Images.DigestOf(Words("layer")))));
    }

    [Fact]
    public async Task The_signatures_and_tags_of_a_manifest_die_with_it()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("config");
        await Node.PushAsync(repository, image, [Words("config")], "v1", "v2");
        await SignAsync(repository, image);
        await SignAsync(repository, image);
        await DropAsync(repository);

        Assert.True(await Node.Collection.CollectManifestAsync(image.Digest, Tomorrow));
        foreach (var table in new[] { "signature", "tag" })
            Assert.Equal(0, await CountAsync(
                $"{table} where manifest_digest = @manifest", ("manifest", image.Digest.ToString())));
        Assert.Equal(0, await CountAsync(
            $"content where key like @key", ("key", $"%{image.Digest}%")));
    }

    [Fact]
    public async Task A_signature_that_no_repository_took_up_goes_and_its_manifest_stays()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("config");
        await Node.PushAsync(repository, image, [Words("config")]);
        var (held, refused) = (await SignAsync(repository, image), NewSignature(image));
        await Node.Signatures.AddAsync(refused);

        await Node.Collection.RunAsync(Tomorrow);
        Assert.Equal(1, await CountAsync("signature where manifest_digest = @manifest", ("manifest", image.Digest.ToString())));
        Assert.Equal(1, await CountAsync("content where key = @key", ("key", held.Unit.Key)));
        Assert.NotNull(await Node.Content.FindManifestAsync(image.Digest));
    }

    [Fact]
    public async Task Content_that_two_repositories_held_goes_when_the_second_is_gone()
    {
        var (one, two) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var image = Image("config");
        foreach (var repository in new[] { one, two })
            await Node.PushAsync(repository, image, [Words("config")], "v1");

        await DropAsync(one);
        await Node.Collection.RunAsync(Tomorrow);
        Assert.NotNull(await Node.Content.FindManifestAsync(image.Digest));
        Assert.True(File.Exists(Node.Data.PathOf(Images.DigestOf(Words("config")))));

        await DropAsync(two);
        Assert.Equal(Words("config").Length, await Node.Collection.RunAsync(Tomorrow));
        Assert.Null(await Node.Content.FindManifestAsync(image.Digest));
    }

    [Fact]
    public async Task What_is_pushed_again_after_it_went_is_there_again()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("config");
        await Node.PushAsync(repository, image, [Words("config")]);
        await DropAsync(repository);
        await Node.Collection.RunAsync(Tomorrow);

        var again = await Node.CreateRepositoryAsync();
        await Node.PushAsync(again, image, [Words("config")]);
        Assert.Equal(image.Bytes.ToArray(), (await Node.Content.FindManifestAsync(image.Digest))!.Bytes.ToArray());
        Assert.Equal(Words("config"), await File.ReadAllTextAsync(Node.Data.PathOf(Images.DigestOf(Words("config")))));
        Assert.Single(await Node.Content.LinksFromAsync([image.Digest]));
    }

    [Fact]
    public async Task What_a_push_takes_up_between_the_look_and_the_deletion_is_spared()
    {
        var (gone, repository) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var image = Image("config");
        await Node.PushAsync(gone, image, [Words("config")], "v1");
        await DropAsync(gone);
        Assert.Contains(image.Digest.ToString(), await Node.Collection.OrphansAsync(ContentKind.Manifest, Tomorrow));

        await Other.PushAsync(repository, image, [Words("config")], "v1");
        Assert.False(await Node.Collection.CollectManifestAsync(image.Digest, Tomorrow));
        Assert.Null(await Node.Collection.CollectBlobAsync(Images.DigestOf(Words("config")), Tomorrow));
        Assert.True(File.Exists(Node.Data.PathOf(Images.DigestOf(Words("config")))));
    }

    [Fact]
    public async Task What_is_pushed_again_is_young_again()
    {
        var (first, second) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var blob = await Node.PushBlobAsync(first, Words("touched"));
        var between = DateTimeOffset.UtcNow;
        await Node.PushBlobAsync(second, Words("touched"));
        await Node.Blobs.RemovePendingAsync(first, blob);
        await Node.Blobs.RemovePendingAsync(second, blob);
        Assert.Null(await Node.Collection.CollectBlobAsync(blob, between));
        Assert.Equal(Words("touched").Length, await Node.Collection.CollectBlobAsync(blob, Tomorrow));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_blob_whose_deletion_was_broken_off_can_be_pushed_again(bool fileIsGone)
    {
        var (old, repository) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var blob = await DoomAsync(old, fileIsGone);
        Assert.False(await Node.Blobs.MountAsync(old, repository, blob));

        var image = Image("doomed");
        await Node.PushAsync(repository, image, [Words("doomed")], "v1");
        await Node.Collection.RunAsync(Tomorrow);
        Assert.Equal(Words("doomed"), await File.ReadAllTextAsync(Node.Data.PathOf(blob)));
        Assert.True(await Node.Blobs.MountAsync(repository, old, blob));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deletion_that_was_broken_off_is_finished_by_the_next_collection(bool fileIsGone)
    {
        var blob = await DoomAsync(await Node.CreateRepositoryAsync(), fileIsGone);
        Assert.Equal(fileIsGone ? 0 : Words("doomed").Length, await Node.Collection.CollectBlobAsync(blob, Tomorrow));
        Assert.False(File.Exists(Node.Data.PathOf(blob)));
        Assert.Equal(0, await CountAsync("content where key = @key", ("key", blob.ToString())));
    }

    [Fact]
    public async Task A_file_without_a_record_goes_after_the_grace_period()
    {
        var repository = await Node.CreateRepositoryAsync();
        var known = await Node.PushBlobAsync(repository, Words("known"));
        var stray = Node.Data.PathOf(Images.DigestOf(Words("stray")));
        var foreign = Path.Combine(Path.GetDirectoryName(Node.Data.PathOf(known))!, "readme.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(stray)!);
        await File.WriteAllTextAsync(stray, Words("stray"));
        await File.WriteAllTextAsync(foreign, "not ours");

        Assert.Equal(0, await StraysAsync(Yesterday));
        Assert.True(File.Exists(stray));
        Assert.Equal(Words("stray").Length, await StraysAsync(Tomorrow));
        Assert.False(File.Exists(stray));
        Assert.True(File.Exists(foreign));
        Assert.True(File.Exists(Node.Data.PathOf(known)));
    }

    private string Words(string name) => $"{name} of {_own}";

    private Task<IReadOnlyList<UnusedName>> UnusedAsync(DateTimeOffset before) =>
        Node.Collection.FindUnusedAsync(before, Guid.Empty, int.MaxValue);

    private Manifest Image(string config, params string[] layers) =>
        Images.Image(Words(config), layers.Select(Words));

    // As a process leaves it that dies after the record was marked, or after the file was deleted.
    private async Task<Digest> DoomAsync(Guid repository, bool fileIsGone)
    {
        var blob = await Node.PushBlobAsync(repository, Words("doomed"));
        await Node.Blobs.RemovePendingAsync(repository, blob);
        await Engine.RunAsync("update content set doomed = @yes where key = @key", ("yes", true), ("key", blob.ToString()));
        if (fileIsGone)
            File.Delete(Node.Data.PathOf(blob));
        return blob;
    }

    private async Task<long> StraysAsync(DateTimeOffset before)
    {
        var freed = 0L;
        for (var folder = 0; folder < Node.Collection.BlobFolders; folder++)
            freed += await Node.Collection.CollectStrayFilesAsync(folder, before);
        return freed;
    }

    private Task DropAsync(Guid repository) => Node.DropRepositoryAsync(repository);

    private async Task<Signature> SignAsync(Guid repository, Manifest manifest)
    {
        var signature = NewSignature(manifest);
        await Node.Signatures.AddAsync(signature);
        await Node.CommitAsync(repository, new AddSignature(
            signature.Unit, signature.Statement, signature.Bytes.Length));
        return signature;
    }

    private static Signature NewSignature(Manifest manifest)
    {
        var bytes = Guid.NewGuid().ToByteArray();
        return new(
            manifest.Digest, Digest.Sha256(bytes), $"{manifest.Digest}@1", "0123456789ABCDEF", null, DateTimeOffset.UnixEpoch,
            null, "registry.example.com/team/app:1.0", Digest.Sha256(bytes).Hex, bytes);
    }

    public sealed class OnPostgres(PostgresEngine engine) : CollectionTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : CollectionTests(engine), IClassFixture<SqliteEngine>;
}
