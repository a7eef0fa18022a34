using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Content as such: stored once, served as it was pushed.</summary>
public abstract class ContentTests(Engine engine) : CatalogueTests(engine)
{
    [Fact]
    public async Task The_same_content_in_many_repositories_is_stored_once()
    {
        var name = Guid.NewGuid().ToString();
        var image = Images.Image(name, [$"{name} layer"]);
        for (var count = 0; count < 5; count++)
        {
            var repository = await Node.CreateRepositoryAsync();
            await Node.PushAsync(repository, image, [name, $"{name} layer"], "latest");
        }

        foreach (var key in new[]
        {
            image.Digest.ToString(), Images.DigestOf(name).ToString(), Images.DigestOf($"{name} layer").ToString(),
            $"latest@{image.Digest}",
        })
            Assert.Equal(1, await CountAsync("content where key = @key", ("key", key)));
        Assert.Equal(1, await CountAsync("manifest where digest = @key", ("key", image.Digest.ToString())));
        Assert.Equal(5, await CountAsync("repository_content where key = @key", ("key", image.Digest.ToString())));
    }

    [Fact]
    public async Task A_manifest_is_read_as_the_bytes_that_were_pushed()
    {
        var repository = await Node.CreateRepositoryAsync();
        byte[] bytes = [.. " \n"u8, .. Images.Image("spaced").Bytes.Span, .. "\n"u8];
        var image = new Manifest(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes);
        await Node.PushAsync(repository, image, ["spaced"]);

        var found = await Other.Content.FindManifestAsync(image.Digest);
        Assert.Equal(MediaTypes.OciManifest, found?.MediaType);
        Assert.Equal(bytes, found?.Bytes.ToArray());
        Assert.Null(await Node.Content.FindManifestAsync(Images.DigestOf("unknown")));
    }

    [Fact]
    public async Task Signatures_of_an_earlier_schema_are_read_once_for_what_they_state()
    {
        var repository = await Node.CreateRepositoryAsync();
        var config = $"{Guid.NewGuid()}";
        var image = Images.Image(config);
        await Node.PushAsync(repository, image, [config]);
        var signatures = Enumerable.Range(0, 3).Select(number =>
        {
            byte[] bytes = [(byte)number, .. Guid.NewGuid().ToByteArray()];
            return new Signature(
                image.Digest, Digest.Sha256(bytes), $"{image.Digest}@{number}", "0123456789ABCDEF", null,
                DateTimeOffset.UnixEpoch, null, "registry.example.com/team/app:1.0", $"stated {number}", bytes);
        }).ToList();
        foreach (var signature in signatures)
        {
            await Node.Signatures.AddAsync(signature);
            await Node.CommitAsync(
                repository,
                new AddSignature(signature.Unit, signature.Statement, signature.Bytes.Length));
        }

        Assert.Equal(["stated 0", "stated 1", "stated 2"], await StatementsAsync());
        await Engine.RunAsync(
            "update signature set statement = null where manifest_digest = @digest and name <> @name",
            ("digest", image.Digest.ToString()), ("name", signatures[1].Name));
        Assert.Equal(["stated 1"], await StatementsAsync());

        var read = 0;
        for (var start = 0; start < 2; start++)
            await new UnstatedSignatures(Engine.Database).StateAsync(bytes =>
            {
                read++;
                return $"read {bytes[0]}";
            });
        Assert.Equal(2, read);
        Assert.Equal(["read 0", "read 2", "stated 1"], await StatementsAsync());

        async Task<IEnumerable<string>> StatementsAsync() =>
            (await Node.Head.StatementsAsync(repository, [image.Digest])).Select(one => one.Statement).Order();
    }

    [Fact]
    public async Task A_manifest_that_has_left_every_repository_is_still_there_for_earlier_versions()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Images.Image("leaving");
        await Node.PushAsync(repository, image, ["leaving"]);
        await Node.CommitAsync(repository, new RemoveManifest(image.Digest));
        Assert.NotNull(await Node.Content.FindManifestAsync(image.Digest));
        Assert.Empty(await Node.ContentOfAsync(repository, 2));
    }

    [Fact]
    public async Task Links_tell_everything_that_a_manifest_names()
    {
        var repository = await Node.CreateRepositoryAsync();
        var image = Images.Image("config", ["layer", "config"]);
        var subject = Images.Image("absent");
        var index = Images.Index([image], subject);
        await Node.PushAsync(repository, image, ["config", "layer"]);
        await Node.CommitAsync(repository, new PutManifest(index, []));

        var links = await Node.Content.LinksFromAsync([image.Digest, index.Digest]);
        Assert.Equal(
            new HashSet<ManifestLink>
            {
                new(image.Digest, LinkKind.Config, Images.DigestOf("config")),
                new(image.Digest, LinkKind.Layer, Images.DigestOf("layer")),
                new(index.Digest, LinkKind.Child, image.Digest),
                new(index.Digest, LinkKind.Subject, subject.Digest),
            },
            [.. links]);
        Assert.Equal(4, links.Count);
        Assert.Empty(await Node.Content.LinksFromAsync([]));
    }

    [Fact]
    public async Task Annotations_that_hold_any_text_are_read_as_they_were_written()
    {
        var repository = await Node.CreateRepositoryAsync();
        var subject = Images.Image("described");
        var describer = Images.Image(
            "describer", subject: subject, annotations: new() { ["org.example.name"] = "façade 🦭 'quoted' \"x\"" });
        await Node.PushAsync(repository, describer, ["describer"]);
        var referrer = Assert.Single(
            await Node.Reader.ReferrersAsync(repository, 1, new(subject.Digest, null, null, 10), Withheld.Nothing));
        Assert.Equal(
            "façade 🦭 'quoted' \"x\"",
            System.Text.Json.JsonDocument.Parse(referrer.Annotations!).RootElement.GetProperty("org.example.name")
                .GetString());
    }

    public sealed class OnPostgres(PostgresEngine engine) : ContentTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : ContentTests(engine), IClassFixture<SqliteEngine>;
}
