using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Referrers: in the order they came, page by page, as the version had them.</summary>
public abstract class ReferrerTests(Engine engine) : CatalogueTests(engine)
{
    private static Manifest Subject { get; } = Images.Image("subject");

    [Fact]
    public async Task Referrers_come_in_the_order_of_their_push_and_page_by_page()
    {
        var repository = await Node.CreateRepositoryAsync();
        var referrers = await PushReferrersAsync(repository, 7);
        Assert.Equal(referrers, await ListAsync(repository, 7));
        for (var limit = 1; limit <= 8; limit++)
        {
            var seen = new List<Digest>();
            var page = await PageAsync(repository, 7, null, limit);
            while (page.Count > 0)
            {
                seen.AddRange(page);
                page = await PageAsync(repository, 7, seen[^1], limit);
            }

            Assert.Equal(referrers, seen);
        }
    }

    [Fact]
    public async Task Referrers_that_come_at_once_are_in_the_order_in_which_they_were_brought()
    {
        var repository = await Node.CreateRepositoryAsync();
        var ingest = Guid.NewGuid();
        var referrers = Enumerable.Range(0, 20).Select(Referrer).ToList();
        var blobs = new List<Digest>();
        for (var number = 0; number < referrers.Count; number++)
            blobs.Add(await Node.PushBlobAsync(repository, $"referrer {number}"));
        await Node.Ingests.AddAsync(ingest, new() { Manifests = referrers, Known = [.. blobs.Select(ContentUnit.Blob)] });
        await Node.CommitAsync(repository, new IngestContent(ingest, Mirror: false));
        Assert.Equal(referrers.Select(referrer => referrer.Digest), await ListAsync(repository, 1));
    }

    [Fact]
    public async Task A_version_lists_the_referrers_it_had()
    {
        var repository = await Node.CreateRepositoryAsync();
        var referrers = await PushReferrersAsync(repository, 4);
        await Node.CommitAsync(repository, new RemoveManifest(referrers[1]));
        await Node.PushBlobAsync(repository, "referrer 1");
        await Node.CommitAsync(repository, new PutManifest(Referrer(1), []));

        Assert.Empty(await ListAsync(repository, 0));
        Assert.Equal(referrers[..2], await ListAsync(repository, 2));
        Assert.Equal(referrers, await ListAsync(repository, 4));
        Assert.Equal([referrers[0], referrers[2], referrers[3]], await ListAsync(repository, 5));
        Assert.Equal([referrers[0], referrers[2], referrers[3], referrers[1]], await ListAsync(repository, 6));
        Assert.Equal([referrers[1]], await PageAsync(repository, 6, referrers[3], 10));
    }

    [Fact]
    public async Task Referrers_of_one_repository_are_not_those_of_another()
    {
        var (mine, theirs) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        await PushReferrersAsync(mine, 2);
        Assert.Empty(await ListAsync(theirs, 0));
    }

    [Fact]
    public async Task A_type_selects_by_artifact_type_or_else_by_the_type_of_the_config()
    {
        var repository = await Node.CreateRepositoryAsync();
        var typed = Images.Image("typed", subject: Subject, artifactType: "application/vnd.example.sbom");
        var untyped = Images.Image("untyped", subject: Subject);
        var index = Images.Index([], Subject);
        await Node.PushAsync(repository, typed, ["typed"]);
        await Node.PushAsync(repository, untyped, ["untyped"]);
        await Node.CommitAsync(repository, new PutManifest(index, []));

        Assert.Equal([typed.Digest], await OfTypeAsync("application/vnd.example.sbom"));
        Assert.Equal([untyped.Digest], await OfTypeAsync(MediaTypes.OciConfig));
        Assert.Empty(await OfTypeAsync("application/vnd.example.other"));
        Assert.Equal([typed.Digest, untyped.Digest, index.Digest], await OfTypeAsync(null));

        async Task<List<Digest>> OfTypeAsync(string? type) =>
            [.. (await Node.Reader.ReferrersAsync(repository, 3, new(Subject.Digest, type, null, 10), Withheld.Nothing))
                .Select(referrer => referrer.Digest)];
    }

    [Fact]
    public async Task A_referrer_is_told_with_all_that_a_descriptor_needs()
    {
        var repository = await Node.CreateRepositoryAsync();
        var manifest = Images.Image(
            "told", subject: Subject, artifactType: "application/x", annotations: new() { ["a"] = "b" });
        await Node.PushAsync(repository, manifest, ["told"]);
        var referrer = Assert.Single(
            await Node.Reader.ReferrersAsync(repository, 1, new(Subject.Digest, null, null, 10), Withheld.Nothing));
        Assert.Equal(
            new Referrer(
                manifest.Digest, MediaTypes.OciManifest, manifest.Bytes.Length, "application/x", """{"a":"b"}"""),
            referrer);
    }

    private static Manifest Referrer(int number) => Images.Image($"referrer {number}", subject: Subject);

    private async Task<List<Digest>> PushReferrersAsync(Guid repository, int count)
    {
        var referrers = Enumerable.Range(0, count).Select(Referrer).ToList();
        for (var number = 0; number < count; number++)
            await Node.PushAsync(repository, referrers[number], [$"referrer {number}"]);
        return [.. referrers.Select(referrer => referrer.Digest)];
    }

    private Task<List<Digest>> ListAsync(Guid repository, int version) => PageAsync(repository, version, null, 100);

    private async Task<List<Digest>> PageAsync(Guid repository, int version, Digest? after, int limit)
    {
        var page = await Node.Reader.ReferrersAsync(
            repository, version, new(Subject.Digest, null, after, limit), Withheld.Nothing);
        return [.. page.Select(referrer => referrer.Digest)];
    }

    public sealed class OnPostgres(PostgresEngine engine) : ReferrerTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : ReferrerTests(engine), IClassFixture<SqliteEngine>;
}
