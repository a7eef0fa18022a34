namespace OrleansRegistry.Conformance;

/// <summary>A database that vanishes is an outage, and nothing worse.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Without_its_database_the_server_says_so_and_goes_on_by_itself_when_it_is_back()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        using var wire = new Relay(site.ConnectionString!);
        var node = await site.StartOnAsync(wire.ConnectionString);
        var repository = node.Client.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var blob = await repository.PushBlobAsync();
        var started = await repository.StartUploadAsync();

        wire.Cut();
        await UnavailableAsync(repository.PutManifestAsync(image, "v2"));
        await UnavailableAsync(repository.SendAsync("DELETE", "manifests/v1"));
        await UnavailableAsync(node.Client.SendAsync("PUT", $"{started}?digest={Named.Random(0).Digest}"));
        await UnavailableAsync(node.Client.NewRepository().SendAsync("POST", "blobs/uploads/"));
        await UnavailableAsync(node.Client.GetAsync("/v2/_catalog"));
        await UnavailableAsync(repository.GetAsync($"blobs/{blob.Digest}"));
        await node.Client.GetAsync("/v2/").Answers(200);

        wire.Mend();
        await Eventually.TrueAsync(
            async () => (await repository.PutManifestAsync(image, "v3")).IsSuccessStatusCode, "pushing works again");
        Assert.Equal(image.Bytes, await repository.GetAsync("manifests/v1").BytesAsync());
        Assert.Equal([["v1", "v3"]], await Paging.ReadAsync(node.Client, $"{repository.Path}/tags/list", "tags"));
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
        await node.Client.NewRepository().PushImageAsync("v1");
    }

    private static async Task UnavailableAsync(Task<HttpResponseMessage> call)
    {
        var response = await call.Answers(503);
        Assert.NotEmpty((await response.ErrorAsync())["message"]!.GetValue<string>());
        Assert.NotNull(response.Header("Retry-After"));
    }
}
