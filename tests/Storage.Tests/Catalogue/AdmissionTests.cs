using System.Runtime.CompilerServices;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Blobs that arrive together on a node are recorded together, and fail apart.</summary>
public abstract class AdmissionTests(Engine engine) : CatalogueTests(engine)
{
    [Fact]
    public async Task Blobs_that_wait_together_share_a_transaction()
    {
        using var files = new HeldFiles(new BlobFiles(Node.Data));
        var blobs = NewBlobs(files);
        var repositories = new[] { await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync() };
        var first = blobs.AdmitAsync(await Node.UploadAsync(repositories[0], Guid.NewGuid().ToString()), default);
        await files.Reached;

        var same = Guid.NewGuid().ToString();
        var uploads = new List<SealedUpload>();
        foreach (var words in Enumerable.Range(0, 10).Select(_ => Guid.NewGuid().ToString()).Append(same))
            uploads.Add(await Node.UploadAsync(repositories[0], words));
        uploads.Add(await Node.UploadAsync(repositories[1], same));
        uploads.Add(await Node.UploadAsync(repositories[1], same));
        var others = uploads.Select(upload => blobs.AdmitAsync(upload, default)).ToList();
        files.Release();
        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, uploads.Count], files.Published);
        foreach (var upload in uploads)
        {
            Assert.True(File.Exists(Node.Data.PathOf(upload.Digest)));
            Assert.Equal(
                new Blob(upload.Digest, upload.Size), await Other.Blobs.FindPendingAsync(upload.Repository, upload.Digest));
        }
    }

    [Fact]
    public async Task One_that_fails_fails_only_its_own_caller()
    {
        using var files = new HeldFiles(new BlobFiles(Node.Data));
        var blobs = NewBlobs(files);
        var repository = await Node.CreateRepositoryAsync();
        var first = blobs.AdmitAsync(await Node.UploadAsync(repository, Guid.NewGuid().ToString()), default);
        await files.Reached;

        var gone = await Node.UploadAsync(Guid.NewGuid(), Guid.NewGuid().ToString());
        var bytesGone = new SealedUpload(repository, Guid.NewGuid(), Images.DigestOf(Guid.NewGuid().ToString()), 36);
        var good = await Node.UploadAsync(repository, Guid.NewGuid().ToString());
        Task[] others = [blobs.AdmitAsync(gone, default), blobs.AdmitAsync(bytesGone, default), blobs.AdmitAsync(good, default)];
        files.Release();

        await first;
        Assert.Equal(
            ProblemKind.NameUnknown, (await Assert.ThrowsAsync<ProblemException>(() => others[0])).Problem.Kind);
        Assert.Equal(
            ProblemKind.UploadUnknown, (await Assert.ThrowsAsync<ProblemException>(() => others[1])).Problem.Kind);
        await others[2];
        Assert.NotNull(await Node.Blobs.FindPendingAsync(repository, good.Digest));
        Assert.Null(await Node.Blobs.FindAsync(gone.Digest));
        Assert.Null(await Node.Blobs.FindAsync(bytesGone.Digest));
    }

    private BlobStore NewBlobs(IBlobBytes files) => new(Engine.Database, files, new NodeCache(), TimeProvider.System);

    /// <summary>Files that stop at the first that is published, until they are released.</summary>
    private sealed class HeldFiles(IBlobBytes files) : IBlobBytes, IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public Task Reached => _reached.Task;

        public List<int> Published { get; } = [];

        public int Parts => files.Parts;

        public void Release() => _released.Set();

        public ValueTask PublishAsync(IReadOnlyCollection<SealedUpload> uploads, CancellationToken cancellationToken)
        {
            Published.Add(uploads.Count);
            _reached.TrySetResult();
            _released.Wait(cancellationToken);
            return files.PublishAsync(uploads, cancellationToken);
        }

        public ValueTask<IOpenBlob?> OpenAsync(Digest digest, CancellationToken cancellationToken) =>
            files.OpenAsync(digest, cancellationToken);

        public ValueTask<long> DeleteAsync(Digest digest, CancellationToken cancellationToken) =>
            files.DeleteAsync(digest, cancellationToken);

        public async IAsyncEnumerable<Digest> ListAsync(
            int part, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var digest in files.ListAsync(part, before, cancellationToken))
                yield return digest;
        }

        public void Dispose()
        {
            Release();
            _released.Dispose();
        }
    }

    public sealed class OnPostgres(PostgresEngine engine) : AdmissionTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : AdmissionTests(engine), IClassFixture<SqliteEngine>;
}
