using System.Net;

namespace OrleansRegistry.Conformance;

/// <summary>Hundreds of signatures at once, or a thousand: each is stored once, or refused in so many words.</summary>
public abstract class ManySignaturesTests(UnusualRegistry registry)
{
    private static readonly int Many = Effort.Of(200, 1000);

    [Fact]
    public async Task With_the_limit_lifted_all_signatures_of_one_image_are_stored()
    {
        var repositories = registry.NewRepository();
        var image = await repositories[0].PushImageAsync("v1");
        var before = await VersionHistory.LatestAsync(registry.Site, repositories[0]);
        var signatures = Enumerable.Range(0, Many).Select(_ => Openpgp.Sign(image.Digest)).ToArray();

        var statuses = await PutAsync(repositories, signatures.Select(signature => (image, signature)));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Created, status));
        var after = await VersionHistory.LatestAsync(registry.Site, repositories[0]);
        Assert.Equal((before.Number + Many, Many), (after.Number, after.Present.Signatures));
        foreach (var repository in repositories)
            AssertSame(signatures, await repository.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task The_same_signature_many_times_at_once_is_one()
    {
        var repositories = registry.NewRepository();
        var image = await repositories[0].PushImageAsync("v1");
        var before = await VersionHistory.LatestAsync(registry.Site, repositories[0]);
        var signature = Openpgp.Sign(image.Digest);

        var statuses = await PutAsync(repositories, Enumerable.Repeat((image, signature), 200));
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Created, status));
        Assert.Equal([signature], await repositories[0].SignaturesOfAsync(image.Digest));
        Assert.Equal(before.Number + 1, (await VersionHistory.LatestAsync(registry.Site, repositories[0])).Number);
    }

    [Fact]
    public async Task One_signature_on_each_of_many_images_is_stored()
    {
        var repositories = registry.NewRepository();
        var config = await repositories[0].PushBlobAsync();
        var images = Enumerable.Range(0, Many)
            .Select(number => Manifests.Image(config, [], annotation: ("number", $"{number}"))).ToArray();
        await Parallel.ForEachAsync(images, async (image, _) => await repositories[0].PushManifestAsync(image));

        var signed = images.Select(image => (image, Signature: Openpgp.Sign(image.Digest))).ToArray();
        var statuses = await PutAsync(repositories, signed);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Created, status));
        Assert.Equal(Many, (await VersionHistory.LatestAsync(registry.Site, repositories[0])).Present.Signatures);
        await Parallel.ForEachAsync(signed, async (one, _) => Assert.Equal(
            [one.Signature], await repositories[^1].SignaturesOfAsync(one.image.Digest)));
    }

    internal static async Task<HttpStatusCode[]> PutAsync(
        TestRepository[] repositories, IEnumerable<(Named Image, byte[] Signature)> signatures) =>
        await Task.WhenAll(signatures.Select(async (signed, place) =>
        {
            var repository = repositories[place % repositories.Length];
            using var answer = await repository.PutSignatureAsync(signed.Image.Digest, signed.Signature);
            if (answer.StatusCode is HttpStatusCode.Conflict)
                Assert.Equal("SIGNATURE_LIMIT", (await answer.ErrorAsync())["code"]!.GetValue<string>());
            return answer.StatusCode;
        }));

    internal static void AssertSame(IEnumerable<byte[]> expected, IEnumerable<byte[]> actual) => Assert.Equal(
        expected.Select(Convert.ToBase64String).Order(StringComparer.Ordinal),
        actual.Select(Convert.ToBase64String).Order(StringComparer.Ordinal));
}

[Collection(nameof(UnusualOnSqlite))]
public sealed class ManySignaturesTestsOnSqlite(UnusualOnSqlite registry) : ManySignaturesTests(registry);

[Collection(nameof(UnusualOnPostgres))]
public sealed class ManySignaturesTestsOnPostgres(UnusualOnPostgres registry) : ManySignaturesTests(registry);

/// <summary>The limit that holds where none is set, for all nodes together.</summary>
public sealed class SignatureLimitTests
{
    private static readonly int Many = Effort.Of(200, 1000);

    [Theory]
    [InlineData(CatalogueOn.Sqlite, 1)]
    [InlineData(CatalogueOn.Postgres, 2)]
    public async Task With_the_usual_limit_127_are_stored_and_the_others_refused(CatalogueOn engine, int nodes)
    {
        await using var site = await Site.CreateAsync(engine);
        var repositories = await StartAsync(site, nodes);
        var image = await repositories[0].PushImageAsync("v1");
        var signatures = Enumerable.Range(0, Many).Select(_ => Openpgp.Sign(image.Digest)).ToArray();

        var statuses = await ManySignaturesTests.PutAsync(repositories, signatures.Select(signature => (image, signature)));
        Assert.Equal(127, statuses.Count(status => status is HttpStatusCode.Created));
        Assert.Equal(Many - 127, statuses.Count(status => status is HttpStatusCode.Conflict));
        var acknowledged = signatures.Where((_, place) => statuses[place] is HttpStatusCode.Created).ToArray();
        foreach (var repository in repositories)
            ManySignaturesTests.AssertSame(acknowledged, await repository.SignaturesOfAsync(image.Digest));
    }

    // Each node serves the same repository.
    private static async Task<TestRepository[]> StartAsync(Site site, int nodes)
    {
        var name = $"team/r{Guid.NewGuid():N}";
        var repositories = new List<TestRepository>();
        while (repositories.Count < nodes)
            repositories.Add(new((await site.StartAsync()).Client, name));
        return [.. repositories];
    }
}
