using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync.Tests;

public sealed class BlobTests : UpstreamTest
{
    private static readonly byte[] Layer = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];
    private static readonly Digest Digest = Digest.Sha256(Layer);
    private static readonly string Path = $"/v2/team/app/blobs/{Digest}";

    [Fact]
    public async Task A_blob_comes_whole()
    {
        Registry.On(Path, Answer.Bytes(Layer, "application/octet-stream"));
        Assert.Equal(Layer, await AllOf(await Open().OpenBlobAsync(Digest)));
        Assert.Null(Registry.Requests[0].Header("Range"));
    }

    [Fact]
    public async Task What_is_not_there_is_null() => Assert.Null(await Open().OpenBlobAsync(Digest));

    [Fact]
    public async Task The_rest_of_a_blob_is_asked_for_by_range()
    {
        Registry.On(Path, context =>
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes 150000-199999/{Layer.Length}";
            return context.Response.Body.WriteAsync(Layer.AsMemory(150_000)).AsTask();
        });
        Assert.Equal(Layer[150_000..], await AllOf(await Open().OpenBlobAsync(Digest, 150_000)));
        Assert.Equal("bytes=150000-", Registry.Requests[0].Header("Range"));
    }

    [Fact]
    public async Task Where_a_server_knows_no_ranges_the_first_bytes_are_left_out()
    {
        Registry.On(Path, Answer.Bytes(Layer, "application/octet-stream"));
        Assert.Equal(Layer[150_000..], await AllOf(await Open().OpenBlobAsync(Digest, 150_000)));
    }

    [Fact]
    public async Task Another_range_than_the_one_asked_for_is_refused()
    {
        Registry.On(Path, context =>
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes 0-9/{Layer.Length}";
            return context.Response.Body.WriteAsync(Layer.AsMemory(0, 10)).AsTask();
        });
        await FailureOf(() => Open().OpenBlobAsync(Digest, 5), UpstreamFailure.Unusable, "another part");
    }

    [Fact]
    public async Task The_rest_of_a_blob_that_has_come_whole_is_empty()
    {
        Registry.On(Path, Answer.Status(416, ("Content-Range", $"bytes */{Layer.Length}")));
        Assert.Empty(await AllOf(await Open().OpenBlobAsync(Digest, Layer.Length)));
    }

    [Fact]
    public async Task A_blob_that_breaks_off_says_so_to_who_reads_it()
    {
        Registry.On(Path, Answer.Broken(Layer[..1000], Layer.Length));
        var stream = await Open().OpenBlobAsync(Digest);
        var exception = await Assert.ThrowsAsync<IOException>(() => AllOf(stream));
        Assert.Contains(Registry.Host, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_may_lie_elsewhere()
    {
        var store = await StartAnotherAsync();
        Registry.On(Path, Answer.Redirect($"{store.Url}/store?signature=1"));
        store.On("/store", Answer.Bytes(Layer, "application/octet-stream"));
        Assert.Equal(Layer, await AllOf(await Open().OpenBlobAsync(Digest)));
    }
}
