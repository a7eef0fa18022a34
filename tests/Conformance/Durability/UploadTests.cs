namespace OrleansRegistry.Conformance;

/// <summary>Blobs that arrive broken, in part, or in bulk.</summary>
public abstract class UploadTests(RunningRegistry registry)
{
    private const string Octets = "Content-Type: application/octet-stream";

    [Fact]
    public async Task What_is_refused_or_cancelled_leaves_no_file_behind()
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync();
        var before = registry.Site.ContentFiles();

        var claimed = Named.Random(10);
        foreach (var digest in new[] { claimed.Digest, claimed.BySha512().Digest })
        {
            await repository.SendAsync("POST", $"blobs/uploads/?digest={digest}", [1, 2, 3], Octets).Answers(400, "DIGEST_INVALID");
            var upload = await repository.StartUploadAsync();
            await registry.Client.SendAsync("PATCH", upload, new byte[500], Octets).Answers(202);
            await registry.Client.SendAsync("PUT", $"{upload}?digest={digest}", [], Octets).Answers(400, "DIGEST_INVALID");
        }

        await registry.Client.SendAsync("DELETE", await repository.StartUploadAsync()).Answers(204);
        Assert.Equal(before, registry.Site.ContentFiles());
    }

    [Fact]
    public async Task An_upload_whose_connection_broke_goes_on_from_what_arrived()
    {
        var repository = registry.NewRepository();
        var blob = Named.Random(2_000_000);
        var upload = await repository.StartUploadAsync();
        async Task<int> ArrivedAsync() =>
            1 + int.Parse((await registry.Client.GetAsync(upload).Answers(204)).Header("Range")!.Split('-')[1]);
        await RawHttp.BreakOffAsync(
            registry.Client.Address, "PATCH", upload, blob.Bytes.Length, blob.Bytes[..1_000_000],
            () => Eventually.TrueAsync(async () => await ArrivedAsync() > 1, "the beginning arrives"));

        // A chunk that can't fit is refused in one way while the server holds the broken request, then in another.
        await Eventually.TrueAsync(
            async () => (await registry.Client.SendAsync("PATCH", upload, [0], "Content-Range: 1999999-1999999", Octets))
                .StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable,
            "the broken request lets go of the upload");
        var arrived = await ArrivedAsync();
        Assert.InRange(arrived, 1, 1_000_000);
        await registry.Client.SendAsync(
            "PUT", $"{upload}?digest={blob.Digest}", blob.Bytes[arrived..],
            $"Content-Range: {arrived}-{blob.Bytes.Length - 1}", Octets).Answers(201);
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Fact]
    public async Task A_blob_whose_connection_broke_leaves_no_file_behind()
    {
        var repository = registry.NewRepository();
        var blob = Named.Random(2_000_000);
        await repository.PushBlobAsync();
        var before = registry.Site.ContentFiles();
        await RawHttp.BreakOffAsync(
            registry.Client.Address, "POST", $"{repository.Path}/blobs/uploads/?digest={blob.Digest}", blob.Bytes.Length,
            blob.Bytes[..1_000_000], () => Task.CompletedTask);
        await Eventually.TrueAsync(
            () => Task.FromResult(before.SequenceEqual(registry.Site.ContentFiles())), "the half blob is discarded");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_requests_that_write_to_one_upload_do_not_mix(bool atOnce)
    {
        var repository = registry.NewRepository();
        var blob = Named.Random(3_000_000);
        var upload = await repository.StartUploadAsync();
        Task<HttpResponseMessage> PatchAsync() => registry.Client.SendAsync(
            "PATCH", upload, blob.Bytes, $"Content-Range: 0-{blob.Bytes.Length - 1}", Octets);
        var first = PatchAsync();
        if (!atOnce)
            await first;
        var second = PatchAsync();
        var statuses = (await Task.WhenAll(first, second)).Select(response => (int)response.StatusCode).ToList();
        Assert.Single(statuses, 202);
        Assert.Single(statuses, status => status is 409 or 416);
        await registry.Client.SendAsync("PUT", $"{upload}?digest={blob.Digest}").Answers(201);
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }
}

[Collection(nameof(OnSqlite))]
public sealed class UploadTestsOnSqlite(OnSqlite registry) : UploadTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class UploadTestsOnPostgres(OnPostgres registry) : UploadTests(registry);
