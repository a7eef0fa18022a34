using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>What long work gathers, and the one version that is made of it.</summary>
public abstract class IngestTests(Engine engine) : CatalogueTests(engine)
{
    private readonly Guid _ingest = Guid.NewGuid();

    private readonly string _name = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task All_that_was_gathered_becomes_one_version()
    {
        var repository = await Node.CreateRepositoryAsync();
        var (amd64, arm64) = (Image("amd64"), Image("arm64"));
        var index = Images.Index([amd64, arm64]);
        await GatherAsync(repository, index, "latest");
        await GatherAsync(repository, amd64, "amd64");
        await GatherAsync(repository, arm64);
        var signature = Signature(amd64, 1);
        await Node.Ingests.AddAsync(_ingest, new() { Signatures = [signature] });

        var version = await Node.CommitAsync(repository, new IngestContent(_ingest, Mirror: false));
        Assert.Equal((1, new ContentCounts(2, 3, 2, 1)), (version.Number, version.Present));
        Assert.Equal(
            [.. Units(index, "latest"), .. Units(amd64, "amd64"), .. Units(arm64), signature.Unit],
            await Node.ContentOfAsync(repository, 1));
        Assert.Equal(index.Bytes.ToArray(), (await Other.Content.FindManifestAsync(index.Digest))?.Bytes.ToArray());

        Assert.True((await Node.PlanAsync(repository, new IngestContent(_ingest, Mirror: false))).IsEmpty);
        Assert.True((await Node.PlanAsync(repository, new IngestContent(_ingest, Mirror: true))).IsEmpty);
    }

    [Fact]
    public async Task Batches_may_come_again_and_in_any_order()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("image");
        IngestBatch[] batches =
        [
            new() { Tags = [(Tag.Parse("latest"), Image("older").Digest)] },
            new() { Manifests = [Images.Index([image]), image], Tags = [(Tag.Parse("latest"), image.Digest)] },
            new() { Known = await PushBlobsAsync(repository, image) },
            new() { Signatures = [Signature(image, 1)] },
        ];
        foreach (var batch in batches.Concat(batches.Skip(1)))
            await Node.Ingests.AddAsync(_ingest, batch);
        var version = await Node.CommitAsync(repository, new IngestContent(_ingest, Mirror: true));
        Assert.Equal(new ContentCounts(1, 2, 1, 1), version.Present);
        Assert.Equal(1, await CountAsync("tag where name = 'latest' and manifest_digest = @image", ("image", image.Digest.ToString())));
    }

    [Fact]
    public async Task A_mirror_loses_what_was_not_gathered_and_an_addition_loses_nothing()
    {
        var (mirror, addition) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var (old, image) = (Image("old"), Image("image"));
        foreach (var repository in (Guid[])[mirror, addition])
        {
            await Node.PushAsync(repository, old, BlobsOf(old), "latest", "old");
            await Node.PushAsync(repository, image, BlobsOf(image));
            await SignAsync(repository, image, 1);
            await SignAsync(repository, image, 2);
        }

        await GatherAsync(mirror, image, "latest");
        await Node.Ingests.AddAsync(_ingest, new() { Signatures = [Signature(image, 1)] });

        await Node.CommitAsync(mirror, new IngestContent(_ingest, Mirror: true));
        Assert.Equal(
            [.. Units(image, "latest"), Signature(image, 1).Unit],
            await Node.ContentOfAsync(mirror, (await Node.LatestAsync(mirror)).Number));

        await Node.CommitAsync(addition, new IngestContent(_ingest, Mirror: false));
        Assert.Equal(
            [.. Units(old, "old"), .. Units(image, "latest"), Signature(image, 1).Unit, Signature(image, 2).Unit],
            await Node.ContentOfAsync(addition, (await Node.LatestAsync(addition)).Number));
    }

    [Fact]
    public async Task What_gathered_content_needs_must_be_gathered_or_held()
    {
        var repository = await Node.CreateRepositoryAsync();
        var (image, other) = (Image("image"), Image("other"));
        await Node.Ingests.AddAsync(_ingest, new() { Manifests = [Images.Index([image, other])] });
        await Node.Ingests.AddAsync(_ingest, new() { Manifests = [other] });
        var refusal = await RefusedAsync(repository, mirror: false);
        Assert.Equal(ProblemKind.ManifestBlobUnknown, refusal.Kind);
        Assert.Contains(image.Digest.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains(BlobOf(other).ToString(), refusal.Message, StringComparison.Ordinal);

        await Node.PushAsync(repository, image, BlobsOf(image));
        await Node.PushAsync(repository, other, BlobsOf(other));
        Assert.Equal(
            [ContentUnit.Manifest(Images.Index([image, other]).Digest)],
            (await Node.PlanAsync(repository, new IngestContent(_ingest, Mirror: false))).Added);
        refusal = await RefusedAsync(repository, mirror: true); // which would take away what the index lists
        Assert.Contains(image.Digest.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_needs_its_manifest()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.Ingests.AddAsync(_ingest, new() { Tags = [(Tag.Parse("latest"), Image("absent").Digest)] });
        Assert.Equal(ProblemKind.ManifestBlobUnknown, (await RefusedAsync(repository, mirror: false)).Kind);
        Assert.Equal(ProblemKind.ManifestBlobUnknown, (await RefusedAsync(repository, mirror: true)).Kind);
    }

    [Fact]
    public async Task A_blob_or_an_image_of_a_signature_that_the_server_lacks_is_refused_with_its_batch()
    {
        var image = Image("image");
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Node.Ingests.AddAsync(
            _ingest, new() { Manifests = [image], Known = [ContentUnit.Blob(BlobOf(image))] }));
        Assert.Equal(ProblemKind.BlobUnknown, refusal.Problem.Kind);
        refusal = await Assert.ThrowsAsync<ProblemException>(() => Node.Ingests.AddAsync(
            _ingest, new() { Signatures = [Signature(image, 1)] }));
        Assert.Equal(ProblemKind.ManifestUnknown, refusal.Problem.Kind);
        Assert.Equal(0, await CountAsync("content where key = @key", ("key", image.Digest.ToString())));
        Assert.Equal(0, await CountAsync("ingest where id = @id", ("id", _ingest)));
    }

    [Fact]
    public async Task Of_signatures_that_state_the_same_one_joins_and_one_that_is_held_stays_as_it_is()
    {
        var repository = await Node.CreateRepositoryAsync();
        var (image, other) = (Image("image"), Image("other"));
        await GatherAsync(repository, image);
        await GatherAsync(repository, other);
        await Node.PushAsync(repository, image, BlobsOf(image));
        var held = Signature(image, 1);
        await Node.Signatures.AddAsync(held);
        await Node.CommitAsync(repository, new AddSignature(held.Unit, held.Statement, held.Bytes.Length));
        await Node.Ingests.AddAsync(
            _ingest,
            new()
            {
                Signatures =
                [
                    Signature(image, 2, held.Statement), Signature(other, 3, "once"), Signature(other, 4, "once"),
                ],
            });

        var version = await Node.CommitAsync(repository, new IngestContent(_ingest, Mirror: true));
        Assert.Equal(2, version.Present.Signatures);
        Assert.Contains(held.Unit, await Node.ContentOfAsync(repository, version.Number));
    }

    [Fact]
    public async Task An_image_takes_as_many_signatures_as_can_be_served()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("image");
        await GatherAsync(repository, image);
        var most = new SignatureOptions().MostPerImage;
        await Node.Ingests.AddAsync(
            _ingest, new() { Signatures = [.. Enumerable.Range(0, most + 3).Select(number => Signature(image, number))] });
        var version = await Node.CommitAsync(repository, new IngestContent(_ingest, Mirror: false));
        Assert.Equal(most, version.Present.Signatures);
    }

    [Fact]
    public async Task What_is_gathered_is_not_collected_until_it_is_let_go()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Image("image");
        await GatherAsync(repository, image, "latest");
        await Node.Ingests.AddAsync(_ingest, new() { Signatures = [Signature(image, 1)] });
        var tasks = new TaskStore(Engine.Database, TimeProvider.System, new PlainNames());
        await tasks.CreateAsync(_ingest, new("test.ingest", "", [], []), CancellationToken.None);
        await CollectAsync();
        Assert.Equal(1, (await Node.CommitAsync(repository, new IngestContent(_ingest, Mirror: false))).Number);

        var loose = Guid.NewGuid();
        await Node.Ingests.AddAsync(loose, new() { Manifests = [Image("loose")] });
        await Node.Ingests.DropAsync(loose);
        await CollectAsync();
        Assert.Null(await Node.Content.FindManifestAsync(Image("loose").Digest));
        Assert.NotNull(await Node.Content.FindManifestAsync(image.Digest));

        await tasks.CancelAsync(_ingest, CancellationToken.None);
        await CollectAsync();
        Assert.Equal(0, await CountAsync("ingest_unit where ingest_id = @id", ("id", _ingest)));
    }

    [Fact]
    public async Task What_was_never_gathered_makes_no_version()
    {
        var repository = await Node.CreateRepositoryAsync();
        Assert.Equal(ProblemKind.Outdated, (await RefusedAsync(repository, mirror: true)).Kind);
    }

    private Manifest Image(string words) => Images.Image($"{_name} {words}");

    private static Digest BlobOf(Manifest image) => image.Document.Blobs.Single();

    private string[] BlobsOf(Manifest image) =>
        [.. ((string[])["amd64", "arm64", "image", "other", "old"]).Select(words => $"{_name} {words}")
            .Where(words => image.Document.Blobs.Contains(Images.DigestOf(words)))];

    private static IEnumerable<ContentUnit> Units(Manifest manifest, params string[] tags) =>
    [
        ContentUnit.Manifest(manifest.Digest), .. manifest.Document.Blobs.Select(ContentUnit.Blob),
        .. Images.Tags(tags).Select(tag => ContentUnit.Tag(tag, manifest.Digest)),
    ];

    private static Signature Signature(Manifest image, int number, string? statement = null)
    {
        var bytes = Images.BytesOf($"{image.Digest} {number}");
        return new(
            image.Digest, Digest.Sha256(bytes), $"{image.Digest}@{number}", "0123456789ABCDEF", null,
            DateTimeOffset.UnixEpoch, null, "registry.example.com/team/app:1.0", statement ?? $"stated {number}", bytes);
    }

    private async Task SignAsync(Guid repository, Manifest image, int number)
    {
        var signature = Signature(image, number);
        await Node.Signatures.AddAsync(signature);
        await Node.CommitAsync(
            repository, new AddSignature(signature.Unit, signature.Statement, signature.Bytes.Length));
    }

    private async Task<List<ContentUnit>> PushBlobsAsync(Guid repository, Manifest image)
    {
        var blobs = new List<ContentUnit>();
        foreach (var words in BlobsOf(image))
            blobs.Add(ContentUnit.Blob(await Node.PushBlobAsync(repository, words)));
        return blobs;
    }

    private async Task GatherAsync(Guid repository, Manifest manifest, params string[] tags) =>
        await Node.Ingests.AddAsync(_ingest, new()
        {
            Manifests = [manifest],
            Known = await PushBlobsAsync(repository, manifest),
            Tags = [.. Images.Tags(tags).Select(tag => (tag, manifest.Digest))],
        });

    private async Task<Problem> RefusedAsync(Guid repository, bool mirror) =>
        (await Assert.ThrowsAsync<ProblemException>(
            () => Node.PlanAsync(repository, new IngestContent(_ingest, mirror)))).Problem;

    private Task<long> CollectAsync() => Node.Collection.ContentAsync(DateTimeOffset.UtcNow.AddMinutes(1));

    public sealed class OnPostgres(PostgresEngine engine) : IngestTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : IngestTests(engine), IClassFixture<SqliteEngine>;
}
