using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Blobs: bytes in files named by their digest, records in the catalogue, pending until a version holds
/// them.</summary>
public abstract class BlobTests(Engine engine) : CatalogueTests(engine)
{
    [Fact]
    public async Task An_admitted_blob_is_a_file_named_by_its_digest()
    {
        var (repository, words) = (await Node.CreateRepositoryAsync(), Guid.NewGuid().ToString());
        var upload = await Node.UploadAsync(repository, words);
        Assert.False(File.Exists(Node.Data.PathOf(upload.Digest)));
        Assert.Null(await Node.Blobs.FindAsync(upload.Digest));

        await Node.Blobs.AdmitAsync(upload);
        Assert.Equal(words, await File.ReadAllTextAsync(Node.Data.PathOf(upload.Digest)));
        Assert.EndsWith(
            Path.Combine("blobs", "sha256", upload.Digest.Hex[..2], upload.Digest.Hex),
            Node.Data.PathOf(upload.Digest),
            StringComparison.Ordinal);
        Assert.Equal(new Blob(upload.Digest, words.Length), await Other.Blobs.FindAsync(upload.Digest));
        Assert.Null(await Node.Uploads.FindOffsetAsync(repository, upload.Upload));
    }

    [Fact]
    public async Task A_blob_of_sha512_has_a_place_of_its_own()
    {
        var repository = await Node.CreateRepositoryAsync();
        var bytes = Images.BytesOf("long");
        var digest = Digest.FromHash("sha512", System.Security.Cryptography.SHA512.HashData(bytes));
        var upload = await Node.Uploads.CreateAsync(repository);
        await Node.Uploads.AppendAsync(repository, upload, null, new MemoryStream(bytes));
        await Node.Blobs.AdmitAsync(await Node.Uploads.SealAsync(repository, upload, digest));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Node.Data.PathOf(digest)));
        Assert.Equal(new Blob(digest, 4), await Node.Blobs.FindPendingAsync(repository, digest));
    }

    [Fact]
    public async Task Admitting_twice_does_no_harm()
    {
        var repository = await Node.CreateRepositoryAsync();
        var upload = await Node.UploadAsync(repository, "twice");
        await Node.Blobs.AdmitAsync(upload);
        await Node.Blobs.AdmitAsync(upload);
        await Other.Blobs.AdmitAsync(upload);
        Assert.NotNull(await Node.Blobs.FindPendingAsync(repository, upload.Digest));
        Assert.Equal(1, await CountAsync("pending where repository_id = @id", ("id", repository)));
    }

    [Fact]
    public async Task Many_that_are_complete_from_the_start_are_admitted_together()
    {
        var repository = await Node.CreateRepositoryAsync();
        byte[][] contents = [.. Enumerable.Range(0, 40).Select(_ => Images.BytesOf(Guid.NewGuid().ToString())), []];
        var uploads = await Node.Uploads.CreateSealedAsync(repository, contents);
        Assert.All(uploads, upload => Assert.False(File.Exists(Node.Data.PathOf(upload.Digest))));

        // Two nodes at once, of which one has the files moved away from under it.
        await Task.WhenAll(Node.Blobs.AdmitAsync(uploads), Other.Blobs.AdmitAsync([.. uploads.Reverse()]));
        foreach (var (upload, bytes) in uploads.Zip(contents))
        {
            Assert.Equal(Digest.Sha256(bytes), upload.Digest);
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Node.Data.PathOf(upload.Digest)));
            Assert.Equal(
                new Blob(upload.Digest, bytes.Length), await Node.Blobs.FindPendingAsync(repository, upload.Digest));
        }

        Assert.Empty(await Node.Uploads.CreateSealedAsync(repository, []));
        await Node.Blobs.AdmitAsync([]);
    }

    [Fact]
    public async Task Bytes_that_are_nowhere_are_not_admitted()
    {
        var repository = await Node.CreateRepositoryAsync();
        var digest = Images.DigestOf(Guid.NewGuid().ToString());
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => Node.Blobs.AdmitAsync(new SealedUpload(repository, Guid.NewGuid(), digest, 36)));
        Assert.Equal(ProblemKind.UploadUnknown, refusal.Problem.Kind);
        Assert.Null(await Node.Blobs.FindAsync(digest));
        Assert.Equal(0, await CountAsync("content where key = @key", ("key", digest.ToString())));
    }

    [Fact]
    public async Task A_blob_pushed_by_many_at_once_is_one_blob()
    {
        var words = Guid.NewGuid().ToString();
        var repositories = new List<Guid>();
        for (var count = 0; count < 10; count++)
            repositories.Add(await Node.CreateRepositoryAsync());
        await Task.WhenAll(repositories.Select((repository, place) => Task.Run(
            () => (place % 2 == 0 ? Node : Other).PushBlobAsync(repository, words))));

        Assert.Equal(
            1, await CountAsync("content where key = @key", ("key", Images.DigestOf(words).ToString())));
        Assert.Equal(words, await File.ReadAllTextAsync(Node.Data.PathOf(Images.DigestOf(words))));
        foreach (var repository in repositories)
            Assert.NotNull(await Node.Blobs.FindPendingAsync(repository, Images.DigestOf(words)));
    }

    [Fact]
    public async Task A_pending_blob_is_seen_in_its_repository_and_no_other()
    {
        var (mine, theirs) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var blob = await Node.PushBlobAsync(mine, "mine");
        Assert.Equal(new Blob(blob, 4), await Node.Blobs.FindPendingAsync(mine, blob));
        Assert.Null(await Node.Blobs.FindPendingAsync(theirs, blob));
        Assert.Equal([blob], (await Node.Head.LookAsync(mine, [ContentKey.Blob(blob)], [])).Pending);
        Assert.Empty((await Node.Head.LookAsync(theirs, [ContentKey.Blob(blob)], [])).Pending);

        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => Node.PlanAsync(theirs, new PutManifest(Images.Image("mine"), [])));
        Assert.Equal(
            (ProblemKind.ManifestBlobUnknown, blob.ToString()), (refusal.Problem.Kind, refusal.Problem.Subject));
    }

    [Fact]
    public async Task A_blob_is_pending_no_longer_once_a_version_holds_it()
    {
        var (mine, theirs) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var blob = await Node.PushBlobAsync(theirs, "settled");
        await Node.PushAsync(mine, Images.Image("settled"), ["settled"]);
        Assert.Null(await Node.Blobs.FindPendingAsync(mine, blob));
        Assert.NotNull(await Node.Blobs.FindPendingAsync(theirs, blob));
        Assert.Equal(
            ContentUnit.Blob(blob), await Node.Reader.FindAsync(mine, 1, ContentUnit.Blob(blob).InRepository));
    }

    [Fact]
    public async Task Forgetting_a_pending_blob_leaves_the_other_repositories_alone()
    {
        var (mine, theirs) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var blob = await Node.PushBlobAsync(mine, "forgotten");
        await Node.PushBlobAsync(theirs, "forgotten");
        await Node.Blobs.RemovePendingAsync(mine, blob);
        await Node.Blobs.RemovePendingAsync(mine, blob);
        Assert.Null(await Node.Blobs.FindPendingAsync(mine, blob));
        Assert.NotNull(await Node.Blobs.FindPendingAsync(theirs, blob));
    }

    [Fact]
    public async Task A_blob_that_the_source_has_can_be_mounted()
    {
        var (source, target) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var pending = await Node.PushBlobAsync(source, "pending");
        await Node.PushAsync(source, Images.Image("held"), ["held"]);
        var held = Images.DigestOf("held");

        foreach (var blob in new[] { pending, held, held })
        {
            Assert.True(await Node.Blobs.MountAsync(source, target, blob));
            Assert.NotNull(await Node.Blobs.FindPendingAsync(target, blob));
        }

        Assert.Equal(1, (await Node.CommitAsync(target, new PutManifest(Images.Image("held"), []))).Number);
    }

    [Fact]
    public async Task A_blob_that_the_source_does_not_have_cannot_be_mounted()
    {
        var (source, target) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var elsewhere = await Node.PushBlobAsync(await Node.CreateRepositoryAsync(), "elsewhere");
        var gone = Images.DigestOf("gone");
        await Node.PushAsync(source, Images.Image("gone"), ["gone"]);
        await Node.CommitAsync(source, new RemoveBlob(gone));

        foreach (var blob in new[] { elsewhere, gone, Images.DigestOf("never") })
        {
            Assert.False(await Node.Blobs.MountAsync(source, target, blob));
            Assert.Null(await Node.Blobs.FindPendingAsync(target, blob));
        }

        Assert.False(await Node.Blobs.MountAsync(Guid.NewGuid(), target, elsewhere));
    }

    [Fact]
    public async Task A_blob_that_is_being_deleted_is_not_mounted_and_a_push_saves_it()
    {
        var (source, target) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var words = Guid.NewGuid().ToString();
        var blob = await Node.PushBlobAsync(source, words);
        await Engine.RunAsync(
            "update content set doomed = @yes where key = @key", ("yes", true), ("key", blob.ToString()));
        Assert.False(await Node.Blobs.MountAsync(source, target, blob));

        await Node.PushBlobAsync(source, words);
        Assert.True(await Node.Blobs.MountAsync(source, target, blob));
    }

    public sealed class OnPostgres(PostgresEngine engine) : BlobTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : BlobTests(engine), IClassFixture<SqliteEngine>;
}
