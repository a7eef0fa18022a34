using System.Text.Json.Nodes;
using OrleansRegistry.Exchange;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>Exporters, and what an export may ask for. Source: Pulp's REST: exporters, exports.</summary>
public abstract class ExporterTests(Server server) : ExchangeScenario(server)
{
    [Fact]
    public async Task An_exporter_is_created_found_changed_and_deleted()
    {
        var (one, two) = (await RepositoryAsync(), await RepositoryHrefAsync());
        var name = Unique("exporter");
        var created = await Pulp.CallAsync(Exporters + "create", body: Body(
            ("name", name), ("path", $"{Bundles}/out"), ("repositories", Array((string)one["prn"]!, two, two))));
        var href = (string)created["pulp_href"]!;
        Assert.StartsWith("/pulp/api/v3/exporters/core/pulp/", href, StringComparison.Ordinal);
        Assert.Equal($"prn:core.pulpexporter:{IdOf(href)}", (string)created["prn"]!);
        Assert.Equal(
            new[] { (string)one["pulp_href"]!, two }.ToHashSet(),
            created["repositories"]!.AsArray().Select(repository => (string)repository!).ToHashSet());
        Assert.Null(created["last_export"]);
        foreach (var (filter, value) in new[]
        {
            ("name", name), ("name__contains", name[4..]), ("pulp_href__in", href), ("prn__in", (string)created["prn"]!),
        })
            Assert.Equal(href, (string)Assert.Single(await Pulp.ListAsync(Exporters + "list", null, (filter, value)))["pulp_href"]!);
        Assert.NotEmpty(await Pulp.ListAsync(Exporters + "list", null, ("ordering", "pk")));

        Assert.Equal(200, (await Pulp.RefuseAsync(
            Exporters + "partial_update", href, Body(("repositories", created["repositories"]), ("name", name)))).Status);
        Assert.Equal(202, (await Pulp.RefuseAsync(Exporters + "partial_update", href, Body(("repositories", Array(two))))).Status);
        Assert.Equal([two], (await Pulp.CallAsync(Exporters + "read", href))["repositories"]!.AsArray().Select(repository => (string)repository!));
        await Pulp.CallAsync(Exporters + "update", href, Body(
            ("name", name + "x"), ("path", Bundles), ("repositories", Array())));
        var changed = await Pulp.CallAsync(Exporters + "read", href);
        Assert.Equal((name + "x", Bundles, 0), ((string)changed["name"]!, (string)changed["path"]!, changed["repositories"]!.AsArray().Count));

        await Pulp.CallAsync(Exporters + "delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync(Exporters + "read", href)).Status);
        Assert.Equal(404, (await Pulp.RefuseAsync(Exporters + "delete", href)).Status);
    }

    [Fact]
    public async Task Every_field_of_an_exporter_is_checked()
    {
        var repository = await RepositoryHrefAsync();
        var exporter = await ExporterAsync(repository);
        var taken = (string)(await Pulp.CallAsync(Exporters + "read", await ExporterAsync(repository)))["name"]!;
        await RefusedAsync(Exporters + "create", null, Body(), "name", "required");
        await RefusedAsync(Exporters + "create", null, Body(), "path", "required");
        await RefusedAsync(Exporters + "create", null, Body(), "repositories", "required");
        JsonObject With(string field, JsonNode? value)
        {
            var body = Body(("name", Unique("e")), ("path", $"{Bundles}/x"), ("repositories", Array(repository)));
            body[field] = value?.DeepClone();
            return body;
        }

        foreach (var (field, value, why) in new (string, JsonNode?, string)[]
        {
            ("name", "", "blank"), ("name", null, "null"), ("name", new string('a', 256), "255"), ("name", taken, "unique"),
            ("path", "out", "not absolute"), ("path", "/", "Exports:Paths"), ("path", $"{Bundles}/../scripts", "not an allowed path"),
            ("path", $"{Bundles}-more", "not an allowed path"), ("path", new string('a', 5_000), "4096"),
            ("repositories", null, "null"), ("repositories", repository, "list"), ("repositories", new JsonArray(1), "No URL match"),
            ("repositories", Array("/pulp/api/v3/users/"), "No URL match"), ("repositories", Array(exporter), "Incorrect URL match"),
            ("repositories", Array(repository, $"{RepositoryPath}{Guid.NewGuid()}/"), "does not exist"),
            ("repositories", new JsonArray((JsonNode?)null), "null"), ("more", "x", "Unexpected field"),
        })
        {
            await RefusedAsync(Exporters + "create", null, With(field, value), field, why);
            await RefusedAsync(Exporters + "partial_update", exporter, Body((field, value)), field, why);
        }
    }

    [Fact]
    public async Task What_an_export_asks_for_is_checked()
    {
        var (one, two, other) = (await RepositoryHrefAsync(), await RepositoryHrefAsync(), await RepositoryHrefAsync());
        var exporter = await ExporterAsync(one, two);
        var both = Array($"{one}versions/0/", $"{two}versions/0/");
        foreach (var (body, field, why) in new (JsonObject, string, string)[]
        {
            (Body(("full", "maybe")), "full", "boolean"),
            (Body(("full", false)), "full", "no export before this one"),
            (Body(("versions", Array($"{one}versions/0/"))), "versions", two),
            (Body(("versions", Array($"{one}versions/0/", $"{one}versions/0/"))), "versions", "two versions"),
            (Body(("versions", Array($"{one}versions/0/", $"{other}versions/0/"))), "versions", "no version of a repository of this exporter"),
            (Body(("versions", Array($"{one}versions/7/"))), "versions", "does not exist"),
            (Body(("versions", Array(one))), "versions", "Incorrect URL match"),
            (Body(("start_versions", both)), "start_versions", "full=false"),
            (Body(("full", false), ("start_versions", Array($"{one}versions/0/"))), "start_versions", two),
            (Body(("chunk_size", "ten")), "chunk_size", "is no size"),
            (Body(("chunk_size", "10")), "chunk_size", "is no size"),
            (Body(("chunk_size", "-1MB")), "chunk_size", "is no size"),
            (Body(("chunk_size", "1B")), "chunk_size", "between 1KB and 1TB"),
            (Body(("chunk_size", "1.5TB")), "chunk_size", "between 1KB and 1TB"),
            (Body(("chunk_size", "9999999999999TB")), "chunk_size", "between 1KB and 1TB"),
            (Body(("meta", "text")), "meta", "JSON object"),
            (Body(("meta", new JsonArray())), "meta", "JSON object"),
            (Body(("revocations_only", true), ("versions", both)), "versions", "revocations only"),
            (Body(("revocations_only", true), ("full", false)), "full", "revocations only"),
            (Body(("sign", true)), "sign", "Unexpected field"),
        })
            await RefusedAsync(Exports + "create", exporter, body, field, why);
        Assert.Equal(404, (await Pulp.RefuseAsync(
            Exports + "create", $"/pulp/api/v3/exporters/core/pulp/{Guid.NewGuid()}/", Body())).Status);
        await RefusedAsync(Exports + "create", await ExporterAsync(), Body(), "non_field_errors", "names no repository");
    }

    [Fact]
    public async Task An_increment_does_not_begin_after_its_end()
    {
        var name = Unique("team");
        await Push.ImageAsync(Http, name, "v1", name);
        var repository = await RepositoryOfAsync(name);
        var latest = await LatestAsync(repository);
        Assert.True(latest > 0);
        await RefusedAsync(
            Exports + "create", await ExporterAsync(repository),
            Body(
                ("full", false), ("start_versions", Array($"{repository}versions/{latest}/")),
                ("versions", Array($"{repository}versions/{latest - 1}/"))),
            "start_versions", "begin after its end");
    }

    [Fact]
    public async Task An_export_is_a_task_that_has_the_exporter_to_itself_and_reads_its_repositories()
    {
        var repository = await RepositoryHrefAsync();
        var exporter = await ExporterAsync(repository);
        foreach (var body in new[]
        {
            Body(), Body(("chunk_size", "1.5 kb"), ("meta", new JsonObject { ["for"] = "south" }), ("dry_run", true)),
            Body(("versions", Array($"{repository}versions/0/"))),
            Body(("full", false), ("start_versions", Array($"{repository}versions/0/")), ("versions", Array($"{repository}versions/0/"))),
        })
        {
            var task = await Pulp.CallAsync("tasks_read", await Pulp.StartAsync(Exports + "create", exporter, body));
            Assert.Equal("pulpcore.app.tasks.export.pulp_export", (string)task["name"]!);
            var reserved = task["reserved_resources_record"]!.AsArray().Select(one => (string)one!).ToList();
            Assert.Contains($"prn:core.pulpexporter:{IdOf(exporter)}", reserved);
            Assert.Contains($"shared:prn:container.containerrepository:{IdOf(repository)}", reserved);
        }
    }

    [Fact]
    public async Task Exports_are_listed_below_their_exporter_read_and_forgotten()
    {
        var repository = await RepositoryHrefAsync();
        var (exporter, other) = (await ExporterAsync(repository), await ExporterAsync(repository));
        await using var catalogue = Server.OpenCatalogue();
        var store = new ExportStore(catalogue, TimeProvider.System);
        var revocations = Record(exporter) with { CreatedAt = DateTimeOffset.UtcNow.AddMinutes(2) };
        var record = Record(exporter) with { Versions = [new(IdOf(repository), 0)] };
        await store.KeepAsync(record, CancellationToken.None);
        await store.KeepAsync(revocations, CancellationToken.None);
        var href = $"{exporter}exports/{record.Id}/";
        var read = await Pulp.CallAsync(Exports + "read", href);
        Assert.Equal(href, (string)read["pulp_href"]!);
        Assert.Equal($"prn:core.pulpexport:{record.Id}", (string)read["prn"]!);
        Assert.Null(read["task"]);
        Assert.Equal($"""["{repository}versions/0/"]""", read["exported_resources"]!.ToJsonString());
        Assert.Equal("""{"full":true}""", read["params"]!.ToJsonString());
        Assert.Equal("00c0ffee", (string)read["output_file_info"]![record.Files[0].Path]!);
        Assert.Equal(record.Toc.Sha256, (string)read["output_file_info"]![record.Toc.Path]!);
        Assert.Equal(record.Toc.Path, (string)read["toc_info"]!["file"]!);
        Assert.Equal("crc32", (string)read["toc_info"]!["meta"]!["checksum_type"]!);

        Assert.Equal(2, (await Pulp.ListAsync(Exports + "list", exporter)).Count);
        Assert.Empty(await Pulp.ListAsync(Exports + "list", other));
        foreach (var (filter, value) in new[] { ("pulp_href__in", href), ("prn__in", (string)read["prn"]!) })
            Assert.Single(await Pulp.ListAsync(Exports + "list", exporter, (filter, value), ("ordering", "-pk")));
        Assert.Equal(404, (await Pulp.RefuseAsync(Exports + "list", $"/pulp/api/v3/exporters/core/pulp/{Guid.NewGuid()}/")).Status);
        Assert.Equal(404, (await Pulp.RefuseAsync(Exports + "read", $"{other}exports/{record.Id}/")).Status);
        Assert.Equal(404, (await Pulp.RefuseAsync(Exports + "delete", $"{other}exports/{record.Id}/")).Status);
        var last = await Pulp.CallAsync(Exporters + "read", exporter);
        Assert.Equal($"{exporter}exports/{revocations.Id}/", (string)last["last_export"]!);

        // An increment adds to the newest export that holds repositories.
        var made = await Pulp.FollowedAsync(await Pulp.StartAsync(Exports + "create", exporter, Body(("full", false))));
        await Pulp.CallAsync(Exports + "delete", (string)made["created_resources"]![0]!);
        await Pulp.CallAsync(Exports + "delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync(Exports + "delete", href)).Status);
        await store.ForgetAsync(revocations.Id, CancellationToken.None);
        Assert.Null((await Pulp.CallAsync(Exporters + "read", exporter))["last_export"]);
    }

    private static ExportRecord Record(string exporter)
    {
        var id = Guid.CreateVersion7();
        return new(
            id, IdOf(exporter), DateTimeOffset.UtcNow.AddMinutes(1), null, """{"full":true}""", [],
            [new($"/srv/{id}.tar", 1, "00c0ffee")], new($"/srv/{id}.json", new('a', 64), """{"checksum_type":"crc32"}"""));
    }
}

public sealed class SqliteExporterTests(SqliteServer server) : ExporterTests(server);

public sealed class PostgresExporterTests(PostgresServer server) : ExporterTests(server);
