using System.Text.Json.Nodes;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Commands;

/// <summary><c>export</c> and <c>import</c>: the REST of a running server, for who would rather not write it.</summary>
internal static class ExchangeCommands
{
    private const string Exporters = "/pulp/api/v3/exporters/core/pulp/";
    private const string Importers = "/pulp/api/v3/importers/core/pulp/";

    private const string ExportUsage = $"""
        Usage: export NAME [--to DIR --repository NAME…] [--increment] [--chunk-size SIZE] [--revocations-only]
          NAME           the exporter; it is created where --to and --repository say what of
          --to DIR       where the server writes to: a directory of its own, below one of its Exports:Paths
        {ManagementClient.Usage}
        """;

    private const string ImportUsage = $"""
        Usage: import FILE [--importer NAME] [--trusted-key FILE…] [--create-repositories] [--all-or-nothing]
               [--accept-revocations] [--force]
          FILE           a bundle, or the …-toc.json of its chunks: a file of the server, below one of its Imports:Paths
          --importer     by default 'command'; it is created where it is missing
        {ManagementClient.Usage}
        """;

    public static Task<int> ExportAsync(string[] arguments) => RunAsync(async () =>
    {
        var options = Arguments.Parse(
            arguments, ["--server", "--user", "--to", "--repository", "--chunk-size"],
            ["--increment", "--revocations-only"], ExportUsage);
        if (options.Rest is not [var name])
            throw new SettingException(ExportUsage);
        using var server = new ManagementClient(options);
        var exporter = await OpenExporterAsync(server, name, options);
        var body = new JsonObject
        {
            ["full"] = !options.Has("--increment"),
            ["revocations_only"] = options.Has("--revocations-only"),
        };
        if (options.Find("--chunk-size") is { } size)
            body["chunk_size"] = size;
        var started = await server.PostAsync($"{exporter["pulp_href"]}exports/", body);
        var task = await server.FollowAsync((string)started["task"]!);
        var export = await server.GetAsync((string)task["created_resources"]![0]!);
        foreach (var file in export["output_file_info"]!.AsObject())
            Console.WriteLine(file.Key);
    });

    public static Task<int> ImportAsync(string[] arguments) => RunAsync(async () =>
    {
        var options = Arguments.Parse(
            arguments, ["--server", "--user", "--importer", "--trusted-key"],
            ["--create-repositories", "--all-or-nothing", "--accept-revocations", "--force"], ImportUsage);
        if (options.Rest is not [var file])
            throw new SettingException(ImportUsage);
        using var server = new ManagementClient(options);
        var importer = await OpenImporterAsync(server, options);
        var path = Path.GetFullPath(file);
        var started = await server.PostAsync($"{importer["pulp_href"]}imports/", new()
        {
            [file.EndsWith("-toc.json", StringComparison.Ordinal) ? "toc" : "path"] = path,
            ["create_repositories"] = options.Has("--create-repositories"),
            ["all_or_nothing"] = options.Has("--all-or-nothing"),
            ["accept_revocations"] = options.Has("--accept-revocations"),
            ["force"] = options.Has("--force"),
        });
        await FollowAsync(server, (string)started["task_group"]!);
        if (importer["trusted_keys"]!.AsArray().Count == 0 && options.All("--trusted-key").Count == 0)
            await Console.Error.WriteLineAsync("Whoever made the bundle was trusted: no --trusted-key was ever given.");
    });

    // What an exporter is of is changed by the REST; a command that says something else means another one.
    private static async Task<JsonNode> OpenExporterAsync(ManagementClient server, string name, Arguments options)
    {
        var to = options.Find("--to") is { } path ? Path.GetFullPath(path) : null;
        var repositories = await FindAsync(server, options.All("--repository"));
        if (await server.FindAsync(Exporters, name) is not { } exporter)
            return to is null || (repositories.Count == 0 && !options.Has("--revocations-only"))
                ? throw new CommandFailedException($"There is no exporter '{name}': say --to and --repository, to create it.")
                : await server.PostAsync(Exporters, new()
                {
                    ["name"] = name,
                    ["path"] = to,
                    ["repositories"] = new JsonArray([.. repositories.Select(one => JsonValue.Create(one))]),
                });
        var known = exporter["repositories"]!.AsArray().Select(one => (string)one!);
        return (to is null || to == (string)exporter["path"]!) && (repositories.Count == 0 || repositories.SetEquals(known))
            ? exporter
            : throw new CommandFailedException(
                $"There is an exporter '{name}' already, of other repositories or to {exporter["path"]}: leave --to and --repository "
                + "away, or name another one.");
    }

    private static async Task<HashSet<string>> FindAsync(ManagementClient server, IReadOnlyList<string> names)
    {
        var found = new HashSet<string>();
        foreach (var name in names)
            found.Add((string)(await server.FindAsync("/pulp/api/v3/repositories/container/container/", name)
                ?? throw new CommandFailedException($"There is no repository '{name}'."))["pulp_href"]!);
        return found;
    }

    private static async Task<JsonNode> OpenImporterAsync(ManagementClient server, Arguments options)
    {
        var name = options.Find("--importer") ?? "command";
        var keys = new JsonArray([.. options.All("--trusted-key").Select(file => JsonValue.Create(File.ReadAllText(file)))]);
        if (await server.FindAsync(Importers, name) is not { } importer)
            return await server.PostAsync(Importers, new() { ["name"] = name, ["trusted_keys"] = keys });
        if (keys.Count == 0 || JsonNode.DeepEquals(keys, importer["trusted_keys"]))
            return importer;
        if (importer["trusted_keys"]!.AsArray().Count > 0)
            throw new CommandFailedException(
                $"The importer '{name}' trusts other keys: name another one by --importer, or change it by the REST.");
        var changed = await server.PatchAsync((string)importer["pulp_href"]!, new() { ["trusted_keys"] = keys });
        if ((string?)changed["task"] is { } task)
            await server.FollowAsync(task);
        return importer;
    }

    // The first task asks for all others: once it has ended, all are known.
    private static async Task FollowAsync(ManagementClient server, string href)
    {
        var followed = new HashSet<string>();
        var refusals = 0;
        while (true)
        {
            var group = await server.GetAsync(href);
            var open = group["tasks"]!.AsArray().Select(task => (string)task!["pulp_href"]!).Where(followed.Add).ToList();
            if (open.Count == 0)
            {
                if (refusals > 0)
                    throw new CommandFailedException($"{refusals} repositories of the bundle were not imported.");
                return;
            }

            foreach (var one in open)
            {
                var task = await server.FollowAsync(one);
                foreach (var created in task["created_resources"]!.AsArray())
                    Console.WriteLine((string)created!);
                if (task["result"]?["repositories"] is JsonArray)
                    refusals += await SayAsync(task["result"]!);
            }
        }
    }

    /// <summary>Says what was not taken. Returns how many repositories that is.</summary>
    private static async Task<int> SayAsync(JsonNode report)
    {
        var refused = report["repositories"]!.AsArray().Where(target => target!["refused"] is not null).ToList();
        foreach (var target in refused)
            await Console.Error.WriteLineAsync($"{target!["name"]}: {target["refused"]}");
        if ((long)report["signatures_refused"]! + (long)report["signatures_malformed"]! is var left and > 0)
            await Console.Error.WriteLineAsync($"{left} signatures were left out, such as: {report["notes"]?[0]}");
        foreach (var one in report["revocations_not_here"]!.AsArray())
            await Console.Error.WriteLineAsync(
                $"{((bool)report["revocations_accepted"]! ? "Revoked" : "Revoked there, and not here")}: "
                + $"{one!["image"] ?? string.Join(", ", one["keys"]!.AsArray())}");
        return refused.Count;
    }

    private static async Task<int> RunAsync(Func<Task> command)
    {
        try
        {
            await command();
            return 0;
        }
        catch (Exception failed) when (failed is CommandFailedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return 1;
        }
    }
}
