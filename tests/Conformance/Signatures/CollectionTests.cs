using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Garbage collection as an operator asks for it.</summary>
public sealed class CollectionTests
{
    private const string Path = "/operations/collection";

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task Disk_usage_falls_by_what_nothing_holds(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync("--Signatures:MostPerImage=1");
        var repository = node.Client.NewRepository();
        var image = await RealImage.PushAsync(repository, "v1");
        var signature = await repository.SignAsync(image);
        for (var count = 0; count < 2; count++) // stored with their manifest, and refused by the repository
            await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(image.Digest)).Answers(409);
        var held = DiskUsage(site);
        for (var count = 0; count < 3; count++)
            await repository.PushBlobAsync(Named.Random(100_000));
        var before = DiskUsage(site);
        Assert.Equal(held + 300_000, before);

        var spared = await CollectAsync(node.Client, "01:00:00");
        Assert.Equal((0L, 0L), (Count(spared, "blobs"), Count(spared, "bytes_freed")));
        Assert.Equal(before, DiskUsage(site));

        var collected = await CollectAsync(node.Client, "00:00:00");
        Assert.Equal(
            (3L, 3L, 2L, 0L, 300_000L),
            (Count(collected, "pending"), Count(collected, "blobs"), Count(collected, "signatures"),
                Count(collected, "manifests"), Count(collected, "bytes_freed")));
        Assert.Equal(held, DiskUsage(site));
        Assert.Equal([signature], await repository.SignaturesOfAsync(image.Digest));
        Assert.Equal(image.Bytes, await repository.GetAsync("manifests/v1").BytesAsync());
    }

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task A_collection_can_be_broken_off_and_begun_again(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        await repository.PushBlobAsync();
        await node.Client.SendAsync("POST", $"{Path}?gracePeriod=00:00:00").Answers(202);
        Assert.Equal(204, (int)(await node.Client.SendAsync("DELETE", Path)).StatusCode);
        await FinishedAsync(node.Client);

        await CollectAsync(node.Client, "00:00:00");
        Assert.Empty(Directory.EnumerateFiles(
            System.IO.Path.Combine(site.DataDirectory, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task A_collection_goes_on_where_a_killed_node_left_it(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        var image = await RealImage.PushAsync(repository, "v1");
        for (var count = 0; count < 50; count++)
            await repository.PushBlobAsync(Named.Random(1000));
        await node.Client.SendAsync("POST", $"{Path}?gracePeriod=00:00:00").Answers(202);
        await node.KillAsync();

        var next = await site.StartAsync();
        var state = await FinishedAsync(next.Client);
        Assert.NotNull(state["finished_at"]);
        Assert.Equal(2, Directory.EnumerateFiles(
            System.IO.Path.Combine(site.DataDirectory, "blobs"), "*", SearchOption.AllDirectories).Count());
        Assert.Equal(image.Bytes, await next.Client.GetAsync($"{repository.Path}/manifests/v1").BytesAsync());
    }

    private static async Task<JsonNode> CollectAsync(RegistryClient client, string gracePeriod)
    {
        await client.SendAsync("POST", $"{Path}?gracePeriod={gracePeriod}").Answers(202);
        return await FinishedAsync(client);
    }

    private static async Task<JsonNode> FinishedAsync(RegistryClient client)
    {
        JsonNode state = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                state = await (await client.GetAsync(Path).Answers(200)).JsonAsync();
                return state["phase"]!.GetValue<string>() == "Idle";
            },
            "the collection ends");
        return state;
    }

    private static long Count(JsonNode state, string what) => state["counts"]![what]!.GetValue<long>();

    private static long DiskUsage(Site site) =>
        new DirectoryInfo(System.IO.Path.Combine(site.DataDirectory, "blobs"))
            .EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}

[Collection(nameof(OnSqlite))]
public sealed class CollectionRequestTestsOnSqlite(OnSqlite registry)
{
    [Fact]
    public async Task A_grace_period_that_is_none_is_refused()
    {
        foreach (var period in new[] { "-01:00:00", "soon" })
        {
            using var answer = await registry.Client.SendAsync("POST", $"/operations/collection?gracePeriod={period}");
            Assert.Equal(400, (int)answer.StatusCode);
        }
    }
}
