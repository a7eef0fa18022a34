using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>
/// A server is killed while it exports or imports, at another point each time: after its restart the work ends as if nothing
/// had happened, and leaves nothing else behind.
/// </summary>
public sealed class ExchangeDeathTests
{
    private const int Blobs = 24;
    private const int BlobSize = 400_000;
    private const string Name = "team/app";
    private const string Root = "/pulp/api/v3/";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly int Kills = Effort.Of(usual: 4, whenLong: 20);

    [Fact]
    public async Task An_export_whose_server_dies_is_written_all_the_same()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var output = Directory.CreateDirectory(Path.Combine(site.DataDirectory, "out"));
        var node = await StartAsync(site);
        await FillAsync(node.Client);
        var exporter = await CreateExporterAsync(node.Client, output.FullName);
        for (var kill = 0; kill < Kills; kill++)
        {
            var task = (string)(await node.Client.PostAsync($"{exporter}exports/", []))["task"]!;
            await KillWhenAsync(node, () => output.EnumerateFiles("export-*.tar").Sum(SizeOf) > kill * (long)Blobs * BlobSize / Kills);
            node = await StartAsync(site);
            await node.Client.CompleteAsync(task);
            var export = await ReadCreatedAsync(node.Client, task);
            var files = export["output_file_info"]!.AsObject().Select(file => file.Key).ToHashSet();
            Assert.Equal(2, files.Count);
            Assert.Equal(files, output.EnumerateFiles().Select(file => file.FullName).ToHashSet());
            var (exitCode, said) = await RegistryProcess.RunAsync("bundle", "verify", files.Single(file => file.EndsWith(".tar")));
            Assert.True(exitCode == 0, said);
            foreach (var file in files)
                File.Delete(file);
        }
    }

    [Fact]
    public async Task An_import_whose_server_dies_makes_the_same_one_version()
    {
        await using var near = await Site.CreateAsync(CatalogueOn.Sqlite);
        var output = Directory.CreateDirectory(Path.Combine(near.DataDirectory, "out"));
        var source = await StartAsync(near);
        for (var kill = 0; kill < Kills; kill++)
        {
            await FillAsync(source.Client);
            var exporter = await CreateExporterAsync(source.Client, output.CreateSubdirectory($"{kill}").FullName);
            var exporting = (string)(await source.Client.PostAsync($"{exporter}exports/", []))["task"]!;
            await source.Client.CompleteAsync(exporting);
            var bundle = (await ReadCreatedAsync(source.Client, exporting))["output_file_info"]!.AsObject()
                .Select(file => file.Key).Single(file => file.EndsWith(".tar"));

            await using var far = await Site.CreateAsync(CatalogueOn.Sqlite);
            var node = await StartAsync(far, output.FullName);
            var importer = (string)(await node.Client.PostAsync($"{Root}importers/core/pulp/", new() { ["name"] = "all" }))["pulp_href"]!;
            var group = (string)(await node.Client.PostAsync(
                $"{importer}imports/", new() { ["path"] = bundle, ["create_repositories"] = true }))["task_group"]!;
            var blobs = new DirectoryInfo(Path.Combine(far.DataDirectory, "blobs"));
            var wanted = kill * Blobs / Kills;
            await KillWhenAsync(node, () => blobs.Exists && blobs.EnumerateFiles("*", SearchOption.AllDirectories).Count() > wanted);
            node = await StartAsync(far, output.FullName);
            await Eventually.TrueAsync(
                async () =>
                {
                    var state = await node.Client.ReadAsync(group);
                    return (bool)state["all_tasks_dispatched"]! && (int)state["completed"]! == 2;
                },
                "all tasks of the import have ended");
            Assert.Equal(
                await TagsAsync(source.Client), await TagsAsync(node.Client));
            var repository = (await node.Client.ReadAsync($"{Root}repositories/container/container/?name={Name}"))["results"]![0]!;
            Assert.EndsWith("/versions/1/", (string)repository["latest_version_href"]!);
        }
    }

    private static Task<RegistryProcess> StartAsync(Site site, string? imports = null) => site.StartAsync(
        "--Tasks:Beat=00:00:00.050", "--Tasks:Silence=00:00:00.500", $"--Exports:Paths:0={site.DataDirectory}/out",
        $"--Imports:Paths:0={imports ?? site.DataDirectory}");

    private static async Task FillAsync(RegistryClient client)
    {
        var repository = new TestRepository(client, Name);
        var layers = new List<Named>();
        for (var blob = 0; blob < Blobs; blob++)
            layers.Add(await repository.PushBlobAsync(Named.Random(BlobSize)));
        var config = await repository.PushBlobAsync(Named.Text("{}", MediaTypes.Config));
        await repository.PushManifestAsync(Manifests.Image(config, [.. layers]), $"tag-{Guid.NewGuid():N}");
    }

    private static async Task<string> CreateExporterAsync(RegistryClient client, string path)
    {
        var repository = (await client.ReadAsync($"{Root}repositories/container/container/?name={Name}"))["results"]![0]!;
        return (string)(await client.PostAsync($"{Root}exporters/core/pulp/", new()
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["path"] = path,
            ["repositories"] = new JsonArray((string)repository["pulp_href"]!),
        }))["pulp_href"]!;
    }

    private static async Task<JsonNode> ReadCreatedAsync(RegistryClient client, string task) =>
        await client.ReadAsync((string)(await client.ReadAsync(task))["created_resources"]![0]!);

    private static async Task<string> TagsAsync(RegistryClient client) =>
        (await client.ReadAsync($"/v2/{Name}/tags/list")).ToJsonString();

    // Work in the other process, which no answer tells of: only its files do.
    private static async Task KillWhenAsync(RegistryProcess node, Func<bool> isReached)
    {
        var patience = Stopwatch.StartNew();
        while (!isReached() && patience.Elapsed < Longest)
            await Task.Yield();
        await node.KillAsync();
    }

    private static long SizeOf(FileInfo file)
    {
        file.Refresh();
        return file.Exists ? file.Length : 0;
    }
}
