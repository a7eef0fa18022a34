using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Blobs of which digest and size are known, and whose bytes are to come.</summary>
public abstract class PromisedBlobTests(Engine engine) : CatalogueTests(engine)
{
    private static readonly DateTimeOffset Tomorrow = DateTimeOffset.UtcNow.AddDays(1);

    private readonly string _words = Guid.NewGuid().ToString();

    private Digest Digest => Images.DigestOf(_words);

    [Fact]
    public async Task A_promised_blob_can_be_part_of_an_image_before_its_bytes_are_here()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.Blobs.PromiseAsync(repository, [new(Digest, 36)]);
        Assert.Equal(new Blob(Digest, 36), await Node.Blobs.FindPendingAsync(repository, Digest));
        Assert.True(await Other.Blobs.IsPromisedAsync(Digest));
        Assert.False(File.Exists(Node.Data.PathOf(Digest)));

        await Node.CommitAsync(repository, new PutManifest(Images.Image(_words), Images.Tags("latest")));
        Assert.Contains(ContentUnit.Blob(Digest), await Node.ContentOfAsync(repository, 1));
        Assert.Equal(new Blob(Digest, 36), await Node.Blobs.FindAsync(Digest));
        Assert.True(await Other.Blobs.IsPromisedAsync(Digest));
    }

    [Fact]
    public async Task A_push_keeps_the_promise_whatever_it_said_of_the_size()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.Blobs.PromiseAsync(repository, [new(Digest, 1)]);
        Assert.Equal(new Blob(Digest, 1), await Node.Blobs.FindAsync(Digest));
        await Node.PushBlobAsync(repository, _words);
        Assert.False(await Node.Blobs.IsPromisedAsync(Digest));
        Assert.Equal(new Blob(Digest, 36), await Node.Blobs.FindAsync(Digest));
    }

    [Fact]
    public async Task A_promise_of_what_is_here_changes_nothing_but_that_it_is_pending()
    {
        var (mine, theirs) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        await Node.PushBlobAsync(mine, _words);
        await Node.Blobs.PromiseAsync(theirs, [new(Digest, 1)]);
        Assert.False(await Node.Blobs.IsPromisedAsync(Digest));
        Assert.Equal(new Blob(Digest, 36), await Other.Blobs.FindPendingAsync(theirs, Digest));
    }

    [Fact]
    public async Task A_promise_of_what_is_being_deleted_does_not_count_on_its_bytes()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushBlobAsync(repository, _words);
        await Engine.RunAsync(
            "update content set doomed = @yes where key = @key", ("yes", true), ("key", Digest.ToString()));
        await Node.Blobs.PromiseAsync(repository, [new(Digest, 36)]);
        Assert.True(await Node.Blobs.IsPromisedAsync(Digest));
        Assert.Equal(0, await CountAsync(
            "content where key = @key and doomed = @yes", ("key", Digest.ToString()), ("yes", true)));
    }

    [Fact]
    public async Task A_promise_that_nobody_uses_is_collected()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.Blobs.PromiseAsync(repository, [new(Digest, 36)]);
        Assert.Null(await Node.Collection.CollectBlobAsync(Digest, Tomorrow));
        await Node.Blobs.RemovePendingAsync(repository, Digest);
        Assert.Equal(0, await Node.Collection.CollectBlobAsync(Digest, Tomorrow));
        Assert.Null(await Node.Blobs.FindAsync(Digest));
        Assert.False(await Node.Blobs.IsPromisedAsync(Digest));
    }

    [Fact]
    public async Task Many_promise_the_same_at_once()
    {
        var blobs = Enumerable.Range(0, 20).Select(number => new Blob(Images.DigestOf($"{number} {_words}"), 1)).ToArray();
        var repositories = new List<Guid>();
        for (var count = 0; count < 6; count++)
            repositories.Add(await Node.CreateRepositoryAsync());
        await Task.WhenAll(repositories.Select((repository, place) => Task.Run(() => place % 2 == 0
            ? Node.Blobs.PromiseAsync(repository, blobs)
            : Other.Blobs.PromiseAsync(repository, [.. blobs.Reverse()]))));
        foreach (var repository in repositories)
            Assert.Equal(20, await CountAsync("pending where repository_id = @id", ("id", repository)));
    }

    public sealed class OnPostgres(PostgresEngine engine) : PromisedBlobTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : PromisedBlobTests(engine), IClassFixture<SqliteEngine>;
}
