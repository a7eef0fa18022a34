namespace OrleansRegistry.Conformance;

/// <summary>Streams of events end with their reader, or with their node.</summary>
public sealed class EventStreamTests
{
    private const string Path = "/pulp/api/v3/events/";

    [Fact]
    public async Task A_reader_who_hangs_up_leaves_nothing_behind()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync();
        using var http = new HttpClient { BaseAddress = node.Client.Address };
        var open = new List<HttpResponseMessage>();
        for (var place = 0; place < 32; place++)
            open.Add(await http.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead));
        Assert.All(open, answer => Assert.Equal(200, (int)answer.StatusCode));
        using (var refused = await node.Client.GetAsync(Path))
            Assert.Equal(429, (int)refused.StatusCode);

        open.ForEach(answer => answer.Dispose());
        await Eventually.TrueAsync(
            async () =>
            {
                using var again = await http.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
                return again.IsSuccessStatusCode;
            },
            "there is a place again");
    }

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task A_node_that_leaves_ends_its_streams_in_order(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync("--Listen:DrainTime=00:00:01");
        using var http = new HttpClient { BaseAddress = node.Client.Address };
        using var answer = await http.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        await node.TerminateAsync();
        Assert.StartsWith(":\n\n", await answer.Content.ReadAsStringAsync()); // a cut connection would throw
        Assert.Equal(0, await node.EndAsync());
    }
}
