using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What is exported here is imported there, with its signatures: exactly that, in one version.</summary>
public abstract class TransferTests(Server from, Server to) : TransferScenario(from, to)
{
    [Fact]
    public async Task Everything_of_a_repository_arrives_in_one_version()
    {
        var name = Unique("team/");
        await FillAsync(name);
        var exporter = await ExporterAsync(await RepositoryOfAsync(name));
        var report = await ImportAsync(
            await FarImporterAsync(), Carry(await ExportAsync(exporter)), ("create_repositories", true));
        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
        Assert.Equal(1, await FarVersionAsync(name));
        Assert.Equal("full", (string)report["kind"]!);
        Assert.Equal(2, (int)report["signatures"]!);
    }

    [Fact]
    public async Task A_name_that_was_asked_for_in_vain_serves_what_is_imported_under_it()
    {
        var name = Unique("team/");
        var image = await Push.ImageAsync(Http, name, "1.0", name);
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        Assert.Equal(404, (int)(await There.Http.GetAsync($"/v2/{name}/manifests/1.0")).StatusCode);
        await ImportAsync(await FarImporterAsync(), toc, ("create_repositories", true));
        using var pulled = await There.Http.GetAsync($"/v2/{name}/manifests/1.0");
        Assert.Equal(200, (int)pulled.StatusCode);
        Assert.Equal(image, pulled.Headers.GetValues("Docker-Content-Digest").Single());
    }

    [Fact]
    public async Task What_came_from_one_repository_is_not_replaced_by_another_one_unless_that_is_forced()
    {
        var (name, other) = (Unique("team/"), Unique("team/"));
        await Push.ImageAsync(Http, name, "1.0", name);
        await Push.ImageAsync(Http, other, "evil", other);
        var first = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        var second = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(other))));
        await ImportAsync(await FarImporterAsync(), first, ("create_repositories", true));
        var mapped = await FarImporterAsync(("repo_mapping", new JsonObject { [other] = name }));
        Assert.Contains("would replace", await FailToImportAsync(mapped, second), StringComparison.Ordinal);
        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
        await ImportAsync(mapped, second, ("force", true));
        Assert.Equal(2, await FarVersionAsync(name));
    }

    [Fact]
    public async Task The_same_again_makes_no_version()
    {
        var name = Unique("team/");
        await FillAsync(name);
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        var importer = await FarImporterAsync();
        await ImportAsync(importer, toc, ("create_repositories", true));
        await ImportAsync(importer, toc);
        Assert.Equal(1, await FarVersionAsync(name));
    }

    [Fact]
    public async Task The_repository_holds_exactly_what_was_exported_whatever_it_held()
    {
        var (name, here) = (Unique("team/"), Unique("other/"));
        await FillAsync(name);
        await Push.ImageAsync(There.Http, here, "old", here);
        var importer = await FarImporterAsync(("repo_mapping", new JsonObject { [name] = here }));
        await ImportAsync(importer, Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name)))));
        Assert.Equal(
            (await HeldAsync(Server, name)).Select(unit => unit.Replace(name, here, StringComparison.Ordinal)),
            await HeldAsync(There, here));
        Assert.Equal(2, await FarVersionAsync(here));
    }

    [Fact]
    public async Task Chunks_are_one_bundle()
    {
        var name = Unique("team/");
        await FillAsync(name);
        var export = await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name)), ("chunk_size", "2KB"));
        Assert.True(FilesOf(export).Length > 3);
        Assert.All(FilesOf(export)[..^1], file => Assert.Equal(2048, new FileInfo(file).Length));
        await ImportAsync(await FarImporterAsync(), Carry(export), ("create_repositories", true));
        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
    }

    [Fact]
    public async Task Increments_follow_each_other_and_each_carries_only_what_is_new()
    {
        var name = Unique("team/");
        await FillAsync(name);
        var exporter = await ExporterAsync(await RepositoryOfAsync(name));
        var bundles = new List<string> { Carry(await ExportAsync(exporter)) };
        for (var step = 1; step <= 5; step++)
        {
            await Push.ImageAsync(Http, name, $"step-{step}", $"{name}{step}");
            if (step == 3)
                await ActAsync("untag", await RepositoryOfAsync(name), ("tag", "1.0"));
            bundles.Add(Carry(await ExportAsync(exporter, ("full", false))));
        }

        var importer = await FarImporterAsync();
        Assert.Contains("builds on", await FailToImportAsync(importer, bundles[1], ("create_repositories", true)), StringComparison.Ordinal);
        await ImportAsync(importer, bundles[0], ("create_repositories", true));
        Assert.Contains("Import the bundles in between", await FailToImportAsync(importer, bundles[3]), StringComparison.Ordinal);
        foreach (var (bundle, place) in bundles.Skip(1).Select((bundle, place) => (bundle, place)))
        {
            var report = await ImportAsync(importer, bundle);
            Assert.Equal("increment", (string)report["kind"]!);
            Assert.Equal(2 + place, await FarVersionAsync(name));
        }

        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
        Assert.Contains("stale", await FailToImportAsync(importer, bundles[2]), StringComparison.Ordinal);
        Assert.Contains("stale", await FailToImportAsync(importer, bundles[0]), StringComparison.Ordinal);
        await ImportAsync(importer, bundles[0], ("force", true));
        Assert.Equal(7, await FarVersionAsync(name));
        await ImportAsync(importer, bundles[5], ("force", true)); // what is still here needs no bundle
        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
        var sizes = bundles.Select(toc => new FileInfo(toc.Replace("-toc.json", ".tar", StringComparison.Ordinal)).Length).ToList();
        Assert.All(sizes.Skip(1), size => Assert.True(size < sizes[0]));
    }

    [Fact]
    public async Task All_or_nothing_takes_all_or_nothing()
    {
        var (one, other) = (Unique("team/"), Unique("team/"));
        await FillAsync(one);
        await FillAsync(other);
        await RepositoryThereAsync(one);
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(one), await RepositoryOfAsync(other))));
        var importer = await FarImporterAsync();
        Assert.Contains(other, await FailToImportAsync(importer, toc, ("all_or_nothing", true)), StringComparison.Ordinal);
        Assert.Equal(0, await FarVersionAsync(one));

        var report = await ImportAsync(importer, toc);
        Assert.Equal(1, await FarVersionAsync(one));
        var refused = Assert.Single(report["repositories"]!.AsArray(), target => target!["refused"] is not null);
        Assert.Equal(other, (string)refused!["name"]!);
        Assert.Contains("create_repositories", (string)refused["refused"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_trusted_brings_nothing()
    {
        var name = Unique("team/");
        await FillAsync(name);
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        var farKey = await There.Http.GetStringAsync("/pulp/api/v3/report-key/");
        var nearKey = await Http.GetStringAsync("/pulp/api/v3/report-key/");
        Assert.Contains(
            "does not trust",
            await FailToImportAsync(
                await FarImporterAsync(("trusted_keys", Array(farKey))), toc, ("create_repositories", true)),
            StringComparison.Ordinal);
        Assert.Empty(await Far.ListAsync(Repositories + "list", null, ("name", name)));
        await ImportAsync(
            await FarImporterAsync(("trusted_keys", Array(farKey, nearKey))), toc, ("create_repositories", true));
        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
    }

    [Fact]
    public async Task What_was_altered_on_the_way_leaves_nothing_behind()
    {
        var name = Unique("team/");
        await FillAsync(name);
        await RepositoryThereAsync(name);
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        var archive = toc.Replace("-toc.json", ".tar", StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(archive);
        var importer = await FarImporterAsync();
        foreach (var length in new[] { 0, 100, bytes.Length / 2, bytes.Length - 512 })
            await FailedAsync(bytes[..length]);
        bytes[^2000] ^= 1;
        await FailedAsync(bytes);
        Assert.Equal(0, await FarVersionAsync(name));

        async Task FailedAsync(byte[] altered)
        {
            await File.WriteAllBytesAsync(archive, altered);
            Assert.NotEmpty(await FailToImportAsync(importer, toc));
        }
    }

    [Fact]
    public async Task What_is_called_by_another_hash_arrives_too()
    {
        var name = Unique("team/");
        var image = await Push.ImageAsync(Http, name, "1.0", name);
        var bytes = await Http.GetByteArrayAsync($"/v2/{name}/manifests/{image}");
        var digest = $"sha512:{Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(bytes))}";
        await Push.ManifestAsync(Http, name, digest, "application/vnd.oci.image.manifest.v1+json", bytes);
        await Push.BlobAsync(Http, name, System.Text.Encoding.UTF8.GetString(bytes)); // a manifest that is also a blob
        await Push.ChangedAsync(Http, name, "1.0", "2.0", manifest => manifest["layers"]!.AsArray().Add(new JsonObject
        {
            ["mediaType"] = "application/octet-stream",
            ["digest"] = image,
            ["size"] = bytes.Length,
        }));
        await ImportAsync(
            await FarImporterAsync(), Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name)))),
            ("create_repositories", true));
        Assert.Equal(await HeldAsync(Server, name), await HeldAsync(There, name));
    }

    private Task<JsonObject> RepositoryThereAsync(string name) =>
        Far.CreateAsync(Repositories, Body(("name", name)), RepositoryPath);

    // An index of two images, one of them signed twice, something that speaks of it, and an image that is only tagged.
    private async Task FillAsync(string name)
    {
        var image = await Push.ImageAsync(Http, name, "1.0", $"{name} {new string('x', 5000)}");
        var other = await Push.ImageAsync(Http, name, "arm", $"{name} arm", "arm64");
        await Push.IndexAsync(Http, name, "latest", (image, "amd64"), (other, "arm64"));
        await Push.SignatureAsync(Http, name, image);
        await Push.SignatureAsync(Http, name, image);
        var size = (await Http.GetByteArrayAsync($"/v2/{name}/manifests/{image}")).Length;
        await Push.ChangedAsync(Http, name, "1.0", "sbom", manifest =>
        {
            manifest["artifactType"] = "application/vnd.example.sbom";
            manifest["subject"] = new JsonObject
            {
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["digest"] = image,
                ["size"] = size,
            };
        });
    }
}

public sealed class SqliteToPostgresTransferTests(SqliteServer from, PostgresServer to) : TransferTests(from, to);

public sealed class PostgresToSqliteTransferTests(PostgresServer from, SqliteServer to) : TransferTests(from, to);
