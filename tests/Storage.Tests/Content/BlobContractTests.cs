using System.Security.Cryptography;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage.Tests;

/// <summary>What every store of bytes must do, with paths or without.</summary>
public abstract class BlobContractTests
{
    private static readonly Guid Repository = Guid.NewGuid();

    // More than one piece of any reader, and no round number.
    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(300_001);

    protected abstract IBlobBytes Blobs { get; }

    protected abstract IUploads Uploads { get; }

    /// <summary>How many uploads the store keeps.</summary>
    protected abstract int Kept { get; }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task What_was_written_is_read_whole_once_it_is_published(string algorithm)
    {
        var digest = DigestOf(_bytes, algorithm);
        var whole = await WriteAsync(_bytes, digest);
        Assert.Equal((Repository, digest, 300_001), (whole.Repository, whole.Digest, whole.Size));
        Assert.Null(await Blobs.OpenAsync(digest));

        await Blobs.PublishAsync([whole]);
        Assert.Equal(_bytes, await ReadAsync(digest));
        Assert.Equal(0, Kept);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 300_001)]
    [InlineData(300_000, 1)]
    [InlineData(1, 300_000)]
    [InlineData(131_071, 131_074)]
    [InlineData(300_001, 0)]
    [InlineData(7, 0)]
    public async Task A_part_is_those_bytes_and_no_others(int offset, int length)
    {
        var digest = await StoreAsync(_bytes);
        await using var open = (await Blobs.OpenAsync(digest))!;
        Assert.Equal(_bytes.Length, open.Size);
        await using var part = open.Read(offset, length);
        using var read = new MemoryStream();
        await part.CopyToAsync(read, Cancelled);
        Assert.Equal(_bytes[offset..(offset + length)], read.ToArray());
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob() => Assert.Empty(await ReadAsync(await StoreAsync([])));

    [Fact]
    public async Task Of_a_blob_that_is_not_there_nothing_opens_and_nothing_is_deleted()
    {
        var digest = Digest.Sha256(_bytes);
        Assert.Null(await Blobs.OpenAsync(digest));
        Assert.Equal(0, await Blobs.DeleteAsync(digest));
    }

    [Fact]
    public async Task Of_bytes_with_another_digest_nothing_stays()
    {
        var digest = Digest.Sha256([1, 2, 3]);
        await using (var writer = await Uploads.CreateAsync(Repository, digest))
        {
            await writer.WriteAsync(new MemoryStream(_bytes));
            var refusal = await Assert.ThrowsAsync<ProblemException>(() => writer.SealAsync());
            Assert.Equal(ProblemKind.DigestMismatch, refusal.Problem.Kind);
        }

        Assert.Equal(0, Kept);
        Assert.Null(await Blobs.OpenAsync(digest));
        Assert.Null(await Blobs.OpenAsync(Digest.Sha256(_bytes)));
    }

    [Fact]
    public async Task Of_a_writer_that_is_given_up_nothing_stays()
    {
        await using (var writer = await Uploads.CreateAsync(Repository, Digest.Sha256(_bytes)))
        {
            await writer.WriteAsync(new MemoryStream(_bytes));
            Assert.Equal(1, Kept);
            Assert.NotNull(await Uploads.FindOffsetAsync(Repository, writer.Upload));
        }

        Assert.Equal(0, Kept);
        Assert.False(await Uploads.HasAnyAsync(Repository));
    }

    [Fact]
    public async Task Nobody_else_writes_to_what_a_writer_writes()
    {
        await using var writer = await Uploads.CreateAsync(Repository, Digest.Sha256(_bytes));
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => Uploads.AppendAsync(Repository, writer.Upload, null, new MemoryStream(_bytes)));
        Assert.Equal(ProblemKind.UploadBusy, refusal.Problem.Kind);
    }

    [Fact]
    public async Task Two_who_write_the_same_make_one_blob()
    {
        var digest = Digest.Sha256(_bytes);
        await using var one = await Uploads.CreateAsync(Repository, digest);
        await using var two = await Uploads.CreateAsync(Repository, digest);
        foreach (var half in new[] { _bytes[..150_000], _bytes[150_000..] })
        {
            await one.WriteAsync(new MemoryStream(half));
            await two.WriteAsync(new MemoryStream(half));
        }

        await Blobs.PublishAsync([await one.SealAsync()]);
        var late = await two.SealAsync();
        await Blobs.PublishAsync([late]);
        await Blobs.PublishAsync([late]); // as after an unknown outcome
        Assert.Equal(_bytes, await ReadAsync(digest));
        Assert.Equal(_bytes.Length, await Blobs.DeleteAsync(digest));
        Assert.Null(await Blobs.OpenAsync(digest));
    }

    [Fact]
    public async Task What_is_neither_sealed_nor_published_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<ProblemException>(async () => await Blobs.PublishAsync(
            [new SealedUpload(Repository, Guid.NewGuid(), Digest.Sha256(_bytes), _bytes.Length)]));
        Assert.Equal(ProblemKind.UploadUnknown, refusal.Problem.Kind);
    }

    [Fact]
    public async Task Many_read_at_once_and_go_on_after_the_deletion()
    {
        var digest = await StoreAsync(_bytes);
        await using var open = (await Blobs.OpenAsync(digest))!;
        var readers = Enumerable.Range(0, 16).Select(reader => Task.Run(async () =>
        {
            await using var part = open.Read(reader, open.Size - reader);
            var read = new byte[open.Size - reader];
            await part.ReadExactlyAsync(read, Cancelled);
            return read;
        }));
        await Blobs.DeleteAsync(digest);
        foreach (var (read, reader) in (await Task.WhenAll(readers)).Select((read, reader) => (read, reader)))
            Assert.Equal(_bytes[reader..], read);
    }

    [Fact]
    public async Task An_upload_in_chunks_is_a_blob_in_the_end()
    {
        var upload = await Uploads.CreateAsync(Repository);
        await Uploads.AppendAsync(Repository, upload, 0, new MemoryStream(_bytes[..100_000]));
        Assert.Equal(100_000, await Uploads.FindOffsetAsync(Repository, upload));
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => Uploads.AppendAsync(Repository, upload, 1, new MemoryStream(_bytes)));
        Assert.Equal(ProblemKind.RangeInvalid, refusal.Problem.Kind);
        await Uploads.AppendAsync(Repository, upload, 100_000, new MemoryStream(_bytes[100_000..]));
        await Blobs.PublishAsync([await Uploads.SealAsync(Repository, upload, Digest.Sha256(_bytes))]);
        Assert.Equal(_bytes, await ReadAsync(Digest.Sha256(_bytes)));
    }

    [Fact]
    public async Task Blobs_are_found_by_their_age()
    {
        var digest = await StoreAsync(_bytes);
        Assert.DoesNotContain(digest, await ListAsync(DateTimeOffset.UtcNow.AddDays(-1)));
        Assert.Contains(digest, await ListAsync(DateTimeOffset.UtcNow.AddDays(1)));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static Digest DigestOf(byte[] bytes, string algorithm) => algorithm == "sha512"
        ? Digest.FromHash(algorithm, SHA512.HashData(bytes))
        : Digest.Sha256(bytes);

    private async Task<SealedUpload> WriteAsync(byte[] bytes, Digest digest)
    {
        await using var writer = await Uploads.CreateAsync(Repository, digest);
        Assert.Equal(bytes.Length, await writer.WriteAsync(new MemoryStream(bytes)));
        return await writer.SealAsync();
    }

    private async Task<Digest> StoreAsync(byte[] bytes)
    {
        var whole = await WriteAsync(bytes, Digest.Sha256(bytes));
        await Blobs.PublishAsync([whole]);
        return whole.Digest;
    }

    private async Task<byte[]> ReadAsync(Digest digest)
    {
        await using var open = (await Blobs.OpenAsync(digest))!;
        var read = new byte[open.Size];
        await open.ReadAll().ReadExactlyAsync(read, Cancelled);
        return read;
    }

    private async Task<List<Digest>> ListAsync(DateTimeOffset before)
    {
        var found = new List<Digest>();
        for (var part = 0; part < Blobs.Parts; part++)
            await foreach (var digest in Blobs.ListAsync(part, before, Cancelled))
                found.Add(digest);
        return found;
    }

    public sealed class OnFiles : BlobContractTests, IDisposable
    {
        private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("registry-blobs-").FullName);

        public OnFiles() => (Blobs, Uploads) = (new BlobFiles(_data), new UploadFiles(_data));

        protected override IBlobBytes Blobs { get; }

        protected override IUploads Uploads { get; }

        protected override int Kept => _data.UploadFiles.Count();

        public void Dispose() => Directory.Delete(_data.Root, recursive: true);
    }

    public sealed class WithoutPaths : BlobContractTests
    {
        private readonly MemoryBlobs _memory = new();

        protected override IBlobBytes Blobs => _memory;

        protected override IUploads Uploads => _memory;

        protected override int Kept => _memory.Uploads;
    }
}
