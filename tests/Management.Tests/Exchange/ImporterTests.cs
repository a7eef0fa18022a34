using System.Text.Json.Nodes;
using OrleansRegistry.Exchange;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>Importers, and what an import may ask for. Source: Pulp's REST: importers, imports.</summary>
public abstract class ImporterTests(Server server) : ExchangeScenario(server)
{
    private const string Key = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----
        """;

    // Of another algorithm.
    private const string EcKey = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
        q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
        -----END PUBLIC KEY-----
        """;

    [Fact]
    public async Task An_importer_is_created_found_changed_and_deleted()
    {
        var (name, here) = (Unique("importer"), Unique("here"));
        await RepositoryAsync(here);
        var created = await Pulp.CallAsync(Importers + "create", body: Body(
            ("name", name), ("repo_mapping", new JsonObject { ["there"] = here }), ("trusted_keys", Array(Key, Key + "\n"))));
        var href = (string)created["pulp_href"]!;
        Assert.Equal($"prn:core.pulpimporter:{IdOf(href)}", (string)created["prn"]!);
        Assert.Equal(here, (string)created["repo_mapping"]!["there"]!);
        Assert.Equal(Key.ReplaceLineEndings("\n") + "\n", (string)Assert.Single(created["trusted_keys"]!.AsArray())!);
        foreach (var (filter, value) in new[] { ("name", name), ("pulp_href__in", href), ("prn__in", (string)created["prn"]!) })
            Assert.Equal(href, (string)Assert.Single(await Pulp.ListAsync(Importers + "list", null, (filter, value)))["pulp_href"]!);

        Assert.Equal(200, (await Pulp.RefuseAsync(
            Importers + "partial_update", href, Body(("repo_mapping", created["repo_mapping"])))).Status);
        Assert.Equal(202, (await Pulp.RefuseAsync(Importers + "partial_update", href, Body(("repo_mapping", new JsonObject())))).Status);
        var changed = await Pulp.CallAsync(Importers + "read", href);
        Assert.Empty(changed["repo_mapping"]!.AsObject());
        Assert.Single(changed["trusted_keys"]!.AsArray());
        await Pulp.CallAsync(Importers + "update", href, Body(("name", name + "x")));
        Assert.Empty((await Pulp.CallAsync(Importers + "read", href))["trusted_keys"]!.AsArray());

        await Pulp.CallAsync(Importers + "delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync(Importers + "read", href)).Status);
    }

    [Fact]
    public async Task Every_field_of_an_importer_is_checked()
    {
        var (here, importer) = (Unique("here"), await ImporterAsync());
        await RepositoryAsync(here);
        var taken = (string)(await Pulp.CallAsync(Importers + "read", await ImporterAsync()))["name"]!;
        await RefusedAsync(Importers + "create", null, Body(), "name", "required");
        foreach (var (field, value, why) in new (string, JsonNode?, string)[]
        {
            ("name", "", "blank"), ("name", null, "null"), ("name", new string('a', 256), "255"), ("name", taken, "unique"),
            ("repo_mapping", null, "null"), ("repo_mapping", Array("a"), "dictionary"),
            ("repo_mapping", new JsonObject { ["a"] = Unique("absent") }, "there is no repository"),
            ("repo_mapping", new JsonObject { ["a"] = null }, "no name beside it"),
            ("repo_mapping", new JsonObject { ["a"] = true }, "string"),
            ("repo_mapping", new JsonObject { [""] = here }, "blank"),
            ("repo_mapping", new JsonObject { ["a"] = here, ["a "] = here }, "twice"),
            ("repo_mapping", new JsonObject { ["a"] = here, ["b"] = here }, "both become"),
            ("trusted_keys", Key, "list"), ("trusted_keys", Array("key"), "Ed25519"), ("trusted_keys", Array(EcKey), "Ed25519"),
            ("trusted_keys", Array(Key + Key), "Ed25519"), ("trusted_keys", Array(Key.Replace("MCow", "MCox")), "Ed25519"),
            ("trusted_keys", Array(Key.Replace("PUBLIC", "PRIVATE")), "Ed25519"), ("more", "x", "Unexpected field"),
        })
        {
            var body = Body(("name", Unique("importer")));
            body[field] = value?.DeepClone();
            await RefusedAsync(Importers + "create", null, body, field, why);
            await RefusedAsync(Importers + "partial_update", importer, Body((field, value)), field, why);
        }
    }

    [Fact]
    public async Task What_an_import_asks_for_is_checked()
    {
        var here = Unique("here");
        await RepositoryAsync(here);
        var importer = await ImporterAsync();
        var mapping = await ImporterAsync(("repo_mapping", new JsonObject { ["there"] = here }));
        var bundle = Bundle();
        foreach (var (body, field, why) in new (JsonObject, string, string)[]
        {
            (Body(), "non_field_errors", "One of 'path' or 'toc'"),
            (Body(("path", bundle), ("toc", bundle)), "non_field_errors", "Only one of"),
            (Body(("path", bundle + "x")), "path", "There is no file"),
            (Body(("toc", bundle + "x")), "toc", "There is no file"),
            (Body(("toc", Bundles)), "toc", "Imports:Paths"),
            (Body(("path", "/etc/passwd")), "path", "not an allowed path"),
            (Body(("path", $"{Bundles}/../registry.db")), "path", "not an allowed path"),
            (Body(("path", "bundle.tar")), "path", "not absolute"),
            (Body(("path", "")), "path", "blank"),
            (Body(("path", null)), "path", "null"),
            (Body(("path", bundle), ("force", "maybe")), "force", "boolean"),
            (Body(("path", bundle), ("more", true)), "more", "Unexpected field"),
        })
            await RefusedAsync(Imports + "create", importer, body, field, why);
        await RefusedAsync(
            Imports + "create", mapping, Body(("path", bundle), ("create_repositories", true)), "non_field_errors", "not compatible");
        Assert.Equal(404, (await Pulp.RefuseAsync(
            Imports + "create", $"/pulp/api/v3/importers/core/pulp/{Guid.NewGuid()}/", Body(("path", bundle)))).Status);
    }

    [Fact]
    public async Task An_import_is_a_group_of_tasks()
    {
        var importer = await ImporterAsync();
        var name = (string)(await Pulp.CallAsync(Importers + "read", importer))["name"]!;
        var answer = await Pulp.CallAsync(Imports + "create", importer, Body(("path", Bundle()), ("create_repositories", true)));
        Assert.Equal(["task_group"], answer.Select(member => member.Key));
        var group = await Pulp.CallAsync("task_groups_read", (string)answer["task_group"]!);
        Assert.Equal($"Import of {name}", (string)group["description"]!);
        var task = await Pulp.CallAsync("tasks_read", (string)group["tasks"]![0]!["pulp_href"]!);
        Assert.Equal("pulpcore.app.tasks.importer.pulp_import", (string)task["name"]!);
        Assert.Equal((string)group["pulp_href"]!, (string)task["task_group"]!);
        Assert.Contains(
            $"prn:core.pulpimporter:{IdOf(importer)}", task["reserved_resources_record"]!.AsArray().Select(one => (string)one!));
    }

    [Fact]
    public async Task Imports_are_listed_below_their_importer_read_and_forgotten()
    {
        var (importer, other) = (await ImporterAsync(), await ImporterAsync());
        await using var catalogue = Server.OpenCatalogue();
        var record = new ImportRecord(
            Guid.CreateVersion7(), IdOf(importer), DateTimeOffset.UtcNow, null, """{"path":"/a"}""", """{"repositories":[]}""");
        var store = new ImportStore(catalogue, TimeProvider.System);
        await store.KeepAsync(record, CancellationToken.None);
        var href = $"{importer}imports/{record.Id}/";
        var read = await Pulp.CallAsync(Imports + "read", href);
        Assert.Equal((href, $"prn:core.pulpimport:{record.Id}"), ((string)read["pulp_href"]!, (string)read["prn"]!));
        Assert.Equal((record.Parameters, record.Report), (read["params"]!.ToJsonString(), read["report"]!.ToJsonString()));
        Assert.Null(read["task"]);
        Assert.Single(await Pulp.ListAsync(Imports + "list", importer, ("prn__in", (string)read["prn"]!), ("ordering", "pk")));
        Assert.Empty(await Pulp.ListAsync(Imports + "list", other));
        Assert.Equal(404, (await Pulp.RefuseAsync(Imports + "read", $"{other}imports/{record.Id}/")).Status);
        Assert.Equal(404, (await Pulp.RefuseAsync(Imports + "delete", $"{other}imports/{record.Id}/")).Status);
        await Pulp.CallAsync(Imports + "delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync(Imports + "read", href)).Status);
    }

    [Fact]
    public async Task Whether_an_import_could_begin_is_said_field_by_field()
    {
        var (here, bundle) = (Unique("here"), Bundle());
        await RepositoryAsync(here);
        var good = await Pulp.CallAsync("pulp_import_check_post", body: Body(
            ("path", bundle), ("toc", bundle), ("repo_mapping", $$"""{"there":"{{here}}"}""")));
        foreach (var field in new[] { "path", "toc", "repo_mapping" })
            Assert.True((bool)good[field]!["is_valid"]! && good[field]!["messages"]!.AsArray().Count == 0, field);
        Assert.Equal(bundle, (string)good["path"]!["context"]!);

        var bad = await Pulp.CallAsync("pulp_import_check_post", body: Body(
            ("path", "/etc/passwd"), ("toc", bundle + "x"), ("repo_mapping", "{")));
        foreach (var (field, why) in new[] { ("path", "not an allowed path"), ("toc", "There is no file"), ("repo_mapping", "invalid JSON") })
        {
            Assert.False((bool)bad[field]!["is_valid"]!);
            Assert.Contains(why, (string)Assert.Single(bad[field]!["messages"]!.AsArray())!, StringComparison.Ordinal);
        }

        foreach (var mapping in new[] { "[]", "null", """{"a":"b","a":"c"}""", """{"a":"no-such-repository"}""" })
            Assert.False((bool)(await Pulp.CallAsync("pulp_import_check_post", body: Body(("repo_mapping", mapping))))
                ["repo_mapping"]!["is_valid"]!);
        await RefusedAsync("pulp_import_check_post", null, Body(), "non_field_errors", "One of");
    }

    private string Bundle()
    {
        var path = $"{Bundles}/{Guid.NewGuid():N}.tar";
        File.WriteAllText(path, "no bundle");
        return path;
    }
}

public sealed class SqliteImporterTests(SqliteServer server) : ImporterTests(server);

public sealed class PostgresImporterTests(PostgresServer server) : ImporterTests(server);
