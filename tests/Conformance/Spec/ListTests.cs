namespace OrleansRegistry.Conformance;

/// <summary>Source: OCI distribution-spec 1.1, "Listing Tags"; Docker Registry HTTP API V2, "Catalog".</summary>
public abstract class ListTests(RunningRegistry registry)
{
    private static readonly string[] Tags = ["B", "_x", "a", "a-1", "a.1", "a_1", "b", "v1", "v10", "v2"];

    [Fact]
    public async Task Tags_are_listed_in_byte_order()
    {
        var repository = await TaggedAsync();
        var body = await (await repository.GetAsync("tags/list").Answers(200)).JsonAsync();
        Assert.Equal(repository.Name, body["name"]!.GetValue<string>());
        Assert.Equal(Tags.Order(StringComparer.Ordinal), body["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
    }

    [Theory]
    [InlineData("?n=3", "B _x a")]
    [InlineData("?n=3&last=a", "a-1 a.1 a_1")]
    [InlineData("?last=v1", "v10 v2")]
    [InlineData("?last=v1zzz", "v2")]
    [InlineData("?n=100&last=zzz", "")]
    [InlineData("?n=0", "")]
    public async Task A_list_may_be_read_in_part(string query, string expected)
    {
        var repository = await TaggedAsync();
        var body = await (await repository.GetAsync($"tags/list{query}").Answers(200)).JsonAsync();
        Assert.Equal(expected, string.Join(' ', body["tags"]!.AsArray().Select(tag => tag!.GetValue<string>())));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 4)]
    [InlineData(10, 1)]
    [InlineData(1_000_000, 1)]
    [InlineData(long.MaxValue, 1)]
    public async Task Following_the_links_reads_every_tag_once(long n, int pages)
    {
        var repository = await TaggedAsync();
        var read = await Paging.ReadAsync(registry.Client, $"{repository.Path}/tags/list?n={n}", "tags");
        Assert.Equal(Tags.Order(StringComparer.Ordinal), read.SelectMany(page => page));
        Assert.Equal(pages, read.Count);
    }

    [Theory]
    [InlineData("?n=-1")]
    [InlineData("?n=ten")]
    public async Task A_page_has_a_number_of_entries(string query)
    {
        var repository = await TaggedAsync();
        await repository.GetAsync($"tags/list{query}").Answers(400, "PAGINATION_NUMBER_INVALID");
        await registry.Client.GetAsync($"/v2/_catalog{query}").Answers(400, "PAGINATION_NUMBER_INVALID");
    }

    [Fact]
    public async Task A_repository_without_tags_lists_none()
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync();
        var body = await (await repository.GetAsync("tags/list").Answers(200)).JsonAsync();
        Assert.Empty(body["tags"]!.AsArray());
    }

    [Fact]
    public async Task The_catalogue_names_every_repository_once_in_byte_order()
    {
        var pushed = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var repository = registry.NewRepository();
            await repository.PushImageAsync("v1");
            pushed.Add(repository.Name);
        }

        var pages = await Paging.ReadAsync(registry.Client, "/v2/_catalog?n=2", "repositories");
        var names = pages.SelectMany(page => page).ToList();
        Assert.All(pages.SkipLast(1), page => Assert.Equal(2, page.Length));
        Assert.Equal(names.Order(StringComparer.Ordinal).Distinct(), names);
        Assert.Empty(pushed.Except(names));
    }

    private async Task<TestRepository> TaggedAsync()
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        var query = string.Join('&', Tags.Reverse().Select(tag => $"tag={tag}"));
        await repository.PutManifestAsync(manifest, $"{manifest.Digest}?{query}").Answers(201);
        return repository;
    }
}

[Collection(nameof(OnSqlite))]
public sealed class ListTestsOnSqlite(OnSqlite registry) : ListTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class ListTestsOnPostgres(OnPostgres registry) : ListTests(registry);
