using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>What the newest version holds, asked in sets.</summary>
public abstract class HeadReaderTests(Engine engine) : CatalogueTests(engine)
{
    private static readonly string[] BlobNames = ["base", "amd64", "amd64 layer", "arm64", "sbom", "never"];

    private static Manifest Amd64 { get; } = Images.Image("amd64", ["base", "amd64 layer"]);

    private static Manifest Arm64 { get; } = Images.Image("arm64", ["base", "arm64 layer"]);

    private static Manifest Index { get; } = Images.Index([Amd64, Arm64]);

    private static Manifest Sbom { get; } = Images.Image("sbom", subject: Amd64);

    [Fact]
    public async Task Find_answers_for_the_keys_that_are_there_and_for_no_other()
    {
        var repository = await PushAllAsync();
        await PushAllAsync();
        ContentKey[] keys =
        [
            ContentUnit.Manifest(Amd64.Digest).InRepository,
            new(ContentKind.Tag, "latest"),
            new(ContentKind.Tag, "absent"),
            new(ContentKind.Blob, Amd64.Digest.ToString()),
            new(ContentKind.Manifest, "latest"),
            ContentUnit.Blob(Images.DigestOf("base")).InRepository,
        ];
        Assert.Equal(
            new HashSet<ContentUnit>
            {
                ContentUnit.Manifest(Amd64.Digest),
                ContentUnit.Tag(Tag.Parse("latest"), Index.Digest),
                ContentUnit.Blob(Images.DigestOf("base")),
            },
            [.. await Node.Head.FindAsync(repository, keys)]);
        Assert.Empty(await Node.Head.FindAsync(repository, []));
        Assert.Empty(await Node.Head.FindAsync(Guid.NewGuid(), keys));
    }

    [Fact]
    public async Task Missing_are_the_keys_that_nothing_of_that_kind_has_now()
    {
        var repository = await PushAllAsync();
        await Node.CommitAsync(repository, new TagManifest(Tag.Parse("gone"), Amd64.Digest));
        await Node.CommitAsync(repository, new Untag(Tag.Parse("gone")));

        ContentKey[] tags =
        [
            .. from name in (string[])["latest", "gone", "absent", Amd64.Digest.ToString()]
               select new ContentKey(ContentKind.Tag, name),
        ];
        Assert.Equal(
            tags[1..].ToHashSet(), (await Node.Head.MissingAsync(repository, tags)).ToHashSet());
        Assert.Empty(await Node.Head.MissingAsync(repository, [ContentKey.Manifest(Amd64.Digest)]));
        Assert.Equal(tags, await Node.Head.MissingAsync(Guid.NewGuid(), tags));
        Assert.Empty(await Node.Head.MissingAsync(repository, []));
    }

    [Fact]
    public async Task Aiming_at_a_manifest_are_its_tags_of_now()
    {
        var repository = await PushAllAsync();
        await Node.CommitAsync(repository, new TagManifest(Tag.Parse("moved"), Amd64.Digest));
        await Node.CommitAsync(repository, new TagManifest(Tag.Parse("gone"), Amd64.Digest));
        await Node.CommitAsync(repository, new TagManifest(Tag.Parse("moved"), Arm64.Digest));
        await Node.CommitAsync(repository, new Untag(Tag.Parse("gone")));

        Assert.Equal(
            [ContentUnit.Tag(Tag.Parse("amd64"), Amd64.Digest)],
            await Node.Head.AimingAtAsync(repository, [Amd64.Digest]));
        Assert.Equal(
            new HashSet<ContentUnit>
            {
                ContentUnit.Tag(Tag.Parse("latest"), Index.Digest),
                ContentUnit.Tag(Tag.Parse("moved"), Arm64.Digest),
            },
            [.. await Node.Head.AimingAtAsync(repository, [Index.Digest, Arm64.Digest])]);
        Assert.Empty(await Node.Head.AimingAtAsync(repository, []));
    }

    [Fact]
    public async Task Links_to_a_manifest_come_from_the_indexes_and_referrers_of_now()
    {
        var repository = await PushAllAsync();
        var (amd64, arm64) = (Amd64.Digest, Arm64.Digest);
        Assert.Equal(
            new HashSet<ManifestLink>
            {
                new(Index.Digest, LinkKind.Child, amd64),
                new(Index.Digest, LinkKind.Child, arm64),
                new(Sbom.Digest, LinkKind.Subject, amd64),
            },
            [.. await Node.Head.LinksToAsync(repository, [amd64, arm64])]);

        await Node.CommitAsync(repository, new RemoveManifest(Sbom.Digest));
        Assert.Equal(
            [new(Index.Digest, LinkKind.Child, amd64)],
            await Node.Head.LinksToAsync(repository, [amd64]));
        Assert.Empty(await Node.Head.LinksToAsync(repository, [Images.DigestOf("base")]));
        Assert.Empty(await Node.Head.LinksToAsync(await Node.CreateRepositoryAsync(), [amd64]));
    }

    [Fact]
    public async Task A_blob_is_still_used_while_a_manifest_that_stays_names_it()
    {
        var repository = await PushAllAsync();
        Digest[] blobs = [.. BlobNames.Select(blob => Images.DigestOf(blob))];
        var (amd64, arm64) = (Amd64.Digest, Arm64.Digest);

        Assert.Equal(blobs[..5].ToHashSet(), await UsedAsync());
        Assert.Equal(blobs[3..5].Append(blobs[0]).ToHashSet(), await UsedAsync(amd64));
        Assert.Equal([blobs[4]], await UsedAsync(amd64, arm64));
        Assert.Empty(await UsedAsync(amd64, arm64, Sbom.Digest));
        Assert.Empty(await Node.Head.StillUsedAsync(await Node.CreateRepositoryAsync(), blobs, []));
        Assert.Empty(await Node.Head.StillUsedAsync(repository, [], []));

        async Task<IReadOnlySet<Digest>> UsedAsync(params Digest[] leaving) =>
            (await Node.Head.StillUsedAsync(repository, blobs, leaving)).ToHashSet();
    }

    [Fact]
    public async Task A_manifest_that_has_left_uses_no_blob()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushAsync(repository, Amd64, ["amd64", "base", "amd64 layer"]);
        await Node.PushAsync(repository, Arm64, ["arm64", "arm64 layer"]);
        var removed = await Node.CommitAsync(repository, new RemoveManifest(Amd64.Digest));
        Assert.Equal(new ContentCounts(2, 1, 0, 0), removed.Removed);
        Assert.Equal(new ContentCounts(3, 1, 0, 0), removed.Present);
        Assert.Empty(await Node.Head.StillUsedAsync(repository, [Images.DigestOf("amd64")], []));
    }

    [Fact]
    public async Task Thousands_of_keys_can_be_asked_for_at_once()
    {
        var repository = await PushAllAsync();
        var many = Enumerable.Range(0, 5000).Select(number => Images.DigestOf($"{number}")).ToList();
        many.Add(Amd64.Digest);
        Assert.Single(await Node.Head.FindAsync(
            repository, [.. many.Select(ContentKey.Manifest)]));
        Assert.Single(await Node.Head.AimingAtAsync(repository, many));
        Assert.Equal(2, (await Node.Head.LinksToAsync(repository, many)).Count);
        Assert.Empty(await Node.Head.StillUsedAsync(repository, many, many));
    }

    /// <summary>An index of two images, tagged "latest"; one of them tagged too, and described.</summary>
    private async Task<Guid> PushAllAsync()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushAsync(repository, Amd64, ["amd64", "base", "amd64 layer"], "amd64");
        await Node.PushAsync(repository, Arm64, ["arm64", "arm64 layer"]);
        await Node.CommitAsync(repository, new PutManifest(Index, Images.Tags("latest")));
        await Node.PushAsync(repository, Sbom, ["sbom"]);
        return repository;
    }

    public sealed class OnPostgres(PostgresEngine engine) : HeadReaderTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : HeadReaderTests(engine), IClassFixture<SqliteEngine>;
}
