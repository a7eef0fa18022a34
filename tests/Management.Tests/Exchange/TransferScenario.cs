using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Two registries that know nothing of each other, and somebody who carries files from one to the other.</summary>
public abstract class TransferScenario(Server from, Server to) : ExchangeScenario(from)
{
    protected Server There => to;

    protected PulpClient Far => to.Pulp;

    /// <summary>Exports, and returns what the server says of it.</summary>
    protected async Task<JsonObject> ExportAsync(string exporter, params (string Name, JsonNode? Value)[] fields)
    {
        var task = await Pulp.FollowedAsync(await Pulp.StartAsync(Exports + "create", exporter, Body(fields)));
        return await Pulp.CallAsync(Exports + "read", (string)task["created_resources"]![0]!);
    }

    /// <summary>The error of an export that fails.</summary>
    protected async Task<string> FailToExportAsync(string exporter, params (string Name, JsonNode? Value)[] fields) =>
        (await Assert.ThrowsAsync<TaskFailedException>(() => ExportAsync(exporter, fields))).Message;

    /// <summary>The files of an export in their order, without the table of contents.</summary>
    protected static string[] FilesOf(JsonObject export) =>
    [
        .. export["output_file_info"]!.AsObject().Select(file => file.Key)
            .Where(file => !file.EndsWith("-toc.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Carries the files of an export to the other side. The answer is the table of contents there.</summary>
    protected string Carry(JsonObject export)
    {
        var directory = Directory.CreateDirectory(Path.Combine(to.Bundles, Unique("in"))).FullName;
        var toc = (string)export["toc_info"]!["file"]!;
        foreach (var file in (string[])[.. FilesOf(export), toc])
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        return Path.Combine(directory, Path.GetFileName(toc));
    }

    /// <summary>An importer on the other side.</summary>
    protected async Task<string> FarImporterAsync(params (string Name, JsonNode? Value)[] fields) =>
        (string)(await Far.CallAsync(Importers + "create", body: Body([("name", Unique("importer")), .. fields])))["pulp_href"]!;

    /// <summary>Imports there, to the end of all its tasks. The answer is the report.</summary>
    protected async Task<JsonObject> ImportAsync(string importer, string toc, params (string Name, JsonNode? Value)[] fields)
    {
        var started = await Far.CallAsync(Imports + "create", importer, Body([("toc", toc), .. fields]));
        var group = (string)started["task_group"]!;
        var first = (string)(await Far.CallAsync("task_groups_read", group))["tasks"]![0]!["pulp_href"]!;
        var ended = await Far.FollowedAsync(first);
        foreach (var target in ended["result"]!["repositories"]!.AsArray())
            if ((string?)target!["task"] is { } task)
                await Far.FollowedAsync(task);
        Assert.True((bool)(await Far.CallAsync("task_groups_read", group))["all_tasks_dispatched"]!);
        var import = await Far.CallAsync(Imports + "read", (string)ended["created_resources"]![0]!);
        return import["report"]!.AsObject();
    }

    /// <summary>The error of an import that fails.</summary>
    protected async Task<string> FailToImportAsync(string importer, string toc, params (string Name, JsonNode? Value)[] fields) =>
        (await Assert.ThrowsAsync<TaskFailedException>(() => ImportAsync(importer, toc, fields))).Message;

    /// <summary>All that a repository of that name holds on one side, tags with what they name.</summary>
    protected static async Task<IReadOnlyList<string>> HeldAsync(Server side, string name)
    {
        var repository = (string)Assert.Single(
            await side.Pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!;
        var held = new List<string>();
        foreach (var (kind, field) in new[] { ("blobs", "digest"), ("manifests", "digest"), ("tags", "name"), ("signatures", "digest") })
            foreach (var unit in await side.Pulp.ListAsync(
                $"content_container_{kind}_list", null, ("repository_version", repository)))
                held.Add(kind == "tags"
                    ? $"{unit["name"]} {(await side.Http.GetAsync($"/v2/{name}/manifests/{unit["name"]}")).Headers.GetValues("Docker-Content-Digest").Single()}"
                    : $"{kind} {unit[field]}");
        return [.. held.Order(StringComparer.Ordinal)];
    }

    /// <summary>How many versions a repository has there.</summary>
    protected async Task<int> FarVersionAsync(string name)
    {
        var repository = Assert.Single(await Far.ListAsync(Repositories + "list", null, ("name", name)));
        return int.Parse(
            ((string)repository["latest_version_href"]!).Split('/')[^2], System.Globalization.CultureInfo.InvariantCulture);
    }
}
