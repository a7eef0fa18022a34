namespace OrleansRegistry.Conformance;

/// <summary>Many who sign at once.</summary>
public sealed class FairnessTests(OnSqlite registry) : IClassFixture<OnSqlite>
{
    [Fact]
    public async Task A_small_work_does_not_wait_for_a_large_one_and_a_cancelled_one_ends()
    {
        var client = registry.Client;
        var (large, small) = (client.NewRepository(), client.NewRepository());
        await large.PushTagsAsync(images: 100, tagsEach: 50);
        await small.PushTagsAsync(images: 1, tagsEach: 1);
        var key = await client.CreateKeyAsync("rsa4096");
        var href = await large.HrefAsync();
        var before = await client.VersionAsync(href);

        var long1 = await client.SignAsync(href, key);
        await Eventually.TrueAsync(async () => await client.DoneAsync(long1, "sign.made") > 0, "the large work has begun");
        await client.CompleteAsync(await client.SignAsync(await small.HrefAsync(), key));
        Assert.Equal("running", await client.StateAsync(long1));

        await client.SendAsync(
            "PATCH", long1, """{"state":"canceled"}"""u8.ToArray(), "Content-Type: application/json").Answers(200);
        await Eventually.TrueAsync(async () => await client.StateAsync(long1) == "canceled", "the work stops");
        Assert.Equal(before, await client.VersionAsync(href));
    }
}
