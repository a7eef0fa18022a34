using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The signatures of a whole repository, in pages.</summary>
public abstract class SignatureListTests(RunningRegistry registry)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(100)]
    public async Task Pages_hold_every_signature_once(int size)
    {
        var repository = registry.NewRepository();
        var put = new List<byte[]>();
        foreach (var tag in new[] { "v1", "v2", "v3", "v4" })
        {
            var image = await repository.PushImageAsync(tag);
            for (var count = 0; count < 3; count++)
                put.Add(await repository.SignAsync(image));
        }

        var pages = await ReadAsync(repository, $"?n={size}");
        Assert.All(pages.SkipLast(1), page => Assert.Equal(size, page.Length));
        Assert.Equal((12 + size - 1) / size, pages.Count);
        var entries = pages.SelectMany(page => page).ToList();
        Assert.Equal(
            put.Select(Convert.ToBase64String).Order(), entries.Select(SignatureCalls.ContentOf).Select(Convert.ToBase64String).Order());

        // By manifest: all signatures of one stand together, each with the name that tells which.
        var manifests = entries.Select(entry => entry["name"]!.GetValue<string>().Split('@')[0]).ToList();
        Assert.Equal(manifests.Order(StringComparer.Ordinal), manifests);
        Assert.Equal(4, manifests.Distinct().Count());
    }

    [Fact]
    public async Task Each_entry_is_that_of_the_list_of_its_manifest()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.SignAsync(image);
        var whole = Assert.Single(Assert.Single(await ReadAsync(repository, "")));
        Assert.Equal(Assert.Single(await repository.EntriesOfAsync(image.Digest)).ToJsonString(), whole.ToJsonString());
    }

    [Fact]
    public async Task Reading_goes_on_where_it_was_though_signatures_come_and_go()
    {
        var repository = registry.NewRepository();
        var images = new List<Named>();
        for (var count = 0; count < 6; count++)
        {
            images.Add(await repository.PushImageAsync());
            await repository.SignAsync(images[^1]);
        }

        images.Sort((one, other) => string.CompareOrdinal(one.Digest, other.Digest));
        var first = await registry.Client.GetAsync(repository.SignaturesPath("?n=3")).Answers(200);
        await repository.SendAsync("DELETE", $"manifests/{images[1].Digest}").Answers(202);
        await repository.SignAsync(images[0]);
        var rest = await registry.Client.GetAsync(Paging.Next(first)!).Answers(200);
        Assert.Null(Paging.Next(rest));
        Assert.Equal(
            images.Select(image => image.Digest),
            SignatureCalls.EntriesOf(await first.JsonAsync()).Concat(SignatureCalls.EntriesOf(await rest.JsonAsync()))
                .Select(entry => entry["name"]!.GetValue<string>().Split('@')[0]));
    }

    [Fact]
    public async Task A_page_ends_before_it_is_more_than_clients_read()
    {
        var repository = registry.NewRepository();
        const int Signatures = 70;
        for (var count = 0; count < Signatures; count++)
        {
            var image = await repository.PushImageAsync();
            await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(image.Digest, 64_000)).Answers(201);
        }

        var read = 0;
        var pages = 0;
        for (var next = repository.SignaturesPath("?n=1000"); next is not null; pages++)
        {
            var answer = await registry.Client.GetAsync(next).Answers(200);
            Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1, 4 * 1024 * 1024);
            read += SignatureCalls.EntriesOf(await answer.JsonAsync()).Length;
            next = Paging.Next(answer);
        }

        Assert.Equal((Signatures, 2), (read, pages));
    }

    [Fact]
    public async Task A_repository_without_signatures_has_an_empty_page()
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync("v1");
        Assert.Empty(Assert.Single(await ReadAsync(repository, "")));
    }

    [Theory]
    [InlineData("?n=x")]
    [InlineData("?n=-1")]
    [InlineData("?n=")]
    public async Task A_size_that_is_no_number_is_refused(string query)
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync("v1");
        await registry.Client.GetAsync(repository.SignaturesPath(query)).Answers(400);
    }

    private async Task<IReadOnlyList<JsonNode[]>> ReadAsync(TestRepository repository, string query)
    {
        var pages = new List<JsonNode[]>();
        for (var next = repository.SignaturesPath(query); next is not null;)
        {
            var answer = await registry.Client.GetAsync(next).Answers(200);
            pages.Add(SignatureCalls.EntriesOf(await answer.JsonAsync()));
            next = Paging.Next(answer);
        }

        return pages;
    }
}

[Collection(nameof(OnSqlite))]
public sealed class SignatureListTestsOnSqlite(OnSqlite registry) : SignatureListTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class SignatureListTestsOnPostgres(OnPostgres registry) : SignatureListTests(registry);
