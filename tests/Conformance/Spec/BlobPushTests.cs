namespace OrleansRegistry.Conformance;

/// <summary>Source: OCI distribution-spec 1.1, "Pushing blobs", "Mounting a blob from another repository".</summary>
public abstract class BlobPushTests(RunningRegistry registry)
{
    private const string Octets = "Content-Type: application/octet-stream";

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 0)]
    [InlineData(true, 70_000)]
    [InlineData(true, 0)]
    public async Task A_blob_in_one_request_is_there_at_once(bool bySha512, int size)
    {
        var repository = registry.NewRepository();
        var blob = bySha512 ? Named.Random(size).BySha512() : Named.Random(size);
        var response = await repository.SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", blob.Bytes, Octets)
            .Answers(201);
        Assert.EndsWith($"{repository.Path}/blobs/{blob.Digest}", response.Header("Location"));
        Assert.Equal(blob.Digest, response.Header("Docker-Content-Digest"));
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Theory]
    [InlineData(false, 50_000)]
    [InlineData(true, 50_000)]
    [InlineData(false, 0)]
    public async Task An_upload_may_be_closed_with_the_whole_blob(bool bySha512, int size)
    {
        var repository = registry.NewRepository();
        var blob = bySha512 ? Named.Random(size).BySha512() : Named.Random(size);
        var upload = await repository.StartUploadAsync();
        var response = await PutAsync(upload, blob.Digest, blob.Bytes).Answers(201);
        Assert.EndsWith($"{repository.Path}/blobs/{blob.Digest}", response.Header("Location"));
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
        await registry.Client.GetAsync(upload).Answers(404, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_blob_may_be_streamed_without_saying_its_length(bool bySha512)
    {
        var repository = registry.NewRepository();
        var blob = bySha512 ? Named.Random(300_000).BySha512() : Named.Random(300_000);
        var upload = await repository.StartUploadAsync();
        var response = await registry.Client.SendStreamAsync(
            "PATCH", upload, new Unmeasured(blob.Bytes), "Transfer-Encoding: chunked", Octets).Answers(202);
        Assert.Equal("0-299999", response.Header("Range"));
        await PutAsync(response.Header("Location")!, blob.Digest).Answers(201);
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Chunks_in_order_make_a_blob(bool bySha512, bool lastWithPut)
    {
        var repository = registry.NewRepository();
        var blob = bySha512 ? Named.Random(3000).BySha512() : Named.Random(3000);
        var upload = await repository.StartUploadAsync();
        var first = await PatchAsync(upload, "0-999", blob.Bytes[..1000]).Answers(202);
        Assert.Equal("0-999", first.Header("Range"));
        var second = await PatchAsync(first.Header("Location")!, "1000-1999", blob.Bytes[1000..2000]).Answers(202);
        Assert.Equal("0-1999", second.Header("Range"));

        upload = second.Header("Location")!;
        if (!lastWithPut)
            upload = (await PatchAsync(upload, "2000-2999", blob.Bytes[2000..]).Answers(202)).Header("Location")!;
        await (lastWithPut
            ? PutAsync(upload, blob.Digest, blob.Bytes[2000..], "Content-Range: 2000-2999")
            : PutAsync(upload, blob.Digest)).Answers(201);
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Theory]
    [InlineData("0-499")]
    [InlineData("500-999")]
    [InlineData("1001-1500")]
    [InlineData("5000-5499")]
    public async Task A_chunk_out_of_order_is_refused_and_says_where_the_upload_stands(string range)
    {
        var repository = registry.NewRepository();
        var blob = Named.Random(2000);
        var upload = await repository.StartUploadAsync();
        upload = (await PatchAsync(upload, "0-999", blob.Bytes[..1000]).Answers(202)).Header("Location")!;

        var length = 1 + int.Parse(range.Split('-')[1]) - int.Parse(range.Split('-')[0]);
        var refused = await PatchAsync(upload, range, new byte[length]).Answers(416);
        Assert.Equal("0-999", refused.Header("Range"));
        Assert.EndsWith(new Uri(registry.Client.Address, upload).AbsolutePath, refused.Header("Location"));

        var status = await registry.Client.GetAsync(upload).Answers(204);
        Assert.Equal("0-999", status.Header("Range"));
        upload = (await PatchAsync(status.Header("Location")!, "1000-1999", blob.Bytes[1000..]).Answers(202)).Header("Location")!;
        await PutAsync(upload, blob.Digest).Answers(201);
    }

    [Fact]
    public async Task The_first_chunk_must_begin_at_the_beginning()
    {
        var upload = await registry.NewRepository().StartUploadAsync();
        await PatchAsync(upload, "1-10", new byte[10]).Answers(416);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("10-5")]
    [InlineData("-5")]
    [InlineData("0-")]
    [InlineData("0-99999999999999999999")]
    public async Task A_chunk_needs_a_range_that_is_one(string range)
    {
        var upload = await registry.NewRepository().StartUploadAsync();
        using var response = await PatchAsync(upload, range, new byte[6]);
        Assert.InRange((int)response.StatusCode, 400, 416);
        await response.ErrorAsync();
        await registry.Client.GetAsync(upload).Answers(204);
    }

    [Fact]
    public async Task An_upload_says_how_far_it_came()
    {
        var repository = registry.NewRepository();
        var upload = await repository.StartUploadAsync();
        var fresh = await registry.Client.GetAsync(upload).Answers(204);
        Assert.NotNull(fresh.Header("Location"));
        Assert.NotNull(fresh.Header("Range"));
        await PatchAsync(upload, "0-99", new byte[100]).Answers(202);
        Assert.Equal("0-99", (await registry.Client.GetAsync(upload).Answers(204)).Header("Range"));
    }

    [Fact]
    public async Task A_cancelled_upload_is_gone()
    {
        var upload = await registry.NewRepository().StartUploadAsync();
        await registry.Client.SendAsync("DELETE", upload).Answers(204);
        await registry.Client.GetAsync(upload).Answers(404, "BLOB_UPLOAD_UNKNOWN");
        await PatchAsync(upload, "0-9", new byte[10]).Answers(404, "BLOB_UPLOAD_UNKNOWN");
        await PutAsync(upload, Named.Random(1).Digest).Answers(404, "BLOB_UPLOAD_UNKNOWN");
        await registry.Client.SendAsync("DELETE", upload).Answers(404, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData("GET", "00000000-0000-0000-0000-000000000000")]
    [InlineData("PATCH", "nonsense")]
    [InlineData("DELETE", "..%2f..%2fetc")]
    public async Task An_upload_that_nobody_started_is_unknown(string method, string upload)
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync();
        using var response = await repository.SendAsync(method, $"blobs/uploads/{upload}");
        Assert.InRange((int)response.StatusCode, 400, 404);
        await response.ErrorAsync();
    }

    [Fact]
    public async Task An_upload_belongs_to_its_repository()
    {
        var upload = await registry.NewRepository().StartUploadAsync();
        var other = registry.NewRepository();
        await other.PushBlobAsync();
        await other.GetAsync($"blobs/uploads/{upload.Split('/')[^1]}").Answers(404, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?digest=")]
    [InlineData("?digest=sha256:abc")]
    [InlineData("?digest=md5:d41d8cd98f00b204e9800998ecf8427e")]
    public async Task Closing_needs_a_digest(string query)
    {
        var upload = await registry.NewRepository().StartUploadAsync();
        await registry.Client.SendAsync("PUT", upload + query, [1]).Answers(400, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Bytes_that_are_not_what_the_digest_says_are_refused()
    {
        var repository = registry.NewRepository();
        var claimed = Named.Random(10);
        var upload = await repository.StartUploadAsync();
        await PutAsync(upload, claimed.Digest, new byte[10]).Answers(400, "DIGEST_INVALID");
        await repository.SendAsync("POST", $"blobs/uploads/?digest={claimed.Digest}", new byte[10]).Answers(400, "DIGEST_INVALID");
        await repository.GetAsync($"blobs/{claimed.Digest}").Answers(404);
    }

    [Fact]
    public async Task A_blob_may_be_pushed_twice()
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync();
        await repository.PushBlobAsync(blob);
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_blob_is_mounted_from_a_repository_that_has_it(bool bySha512, bool inManifest)
    {
        var source = registry.NewRepository();
        var blob = await source.PushBlobAsync(bySha512 ? Named.Random(99).BySha512() : Named.Random(99));
        if (inManifest)
            await source.PushManifestAsync(Manifests.Image(blob, []), "v1");

        var target = registry.NewRepository();
        var response = await target.SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}&from={source.Name}").Answers(201);
        Assert.EndsWith($"{target.Path}/blobs/{blob.Digest}", response.Header("Location"));
        Assert.Equal(blob.Bytes, await target.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Fact]
    public async Task What_cannot_be_mounted_is_uploaded()
    {
        var target = registry.NewRepository();
        var blob = Named.Random(77);
        foreach (var from in new[] { "", $"&from={registry.NewRepository().Name}", "&from=NOT/A/NAME" })
        {
            var response = await target.SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}{from}").Answers(202);
            await PutAsync(response.Header("Location")!, blob.Digest, blob.Bytes).Answers(201);
            await target.SendAsync("DELETE", $"blobs/{blob.Digest}").Answers(202);
        }
    }

    private Task<HttpResponseMessage> PatchAsync(string upload, string range, byte[] chunk) =>
        registry.Client.SendAsync("PATCH", upload, chunk, $"Content-Range: {range}", Octets);

    private Task<HttpResponseMessage> PutAsync(
        string upload, string digest, byte[]? body = null, params IEnumerable<string> headers) =>
        registry.Client.SendAsync("PUT", $"{upload}?digest={digest}", body ?? [], [Octets, .. headers]);
}

[Collection(nameof(OnSqlite))]
public sealed class BlobPushTestsOnSqlite(OnSqlite registry) : BlobPushTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class BlobPushTestsOnPostgres(OnPostgres registry) : BlobPushTests(registry);
