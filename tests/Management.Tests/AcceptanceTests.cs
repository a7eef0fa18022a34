using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// A day with the command line of Pulp: its operations in its order, each resource looked up by name before it is used.
/// </summary>
public abstract class AcceptanceTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task An_administrator_manages_images_from_first_to_last()
    {
        Needs.Program("skopeo");
        await Pulp.CallAsync("status_read");
        var (name, copy) = (Unique("team"), Unique("copy"));
        await Pulp.CallAsync(Remotes + "create", body: Body(
            ("name", name), ("url", "https://registry.example.com"), ("upstream_name", "team/app"), ("include_tags", Array("1.*"))));
        var remote = await LookUpAsync(Remotes, name);
        await Pulp.CallAsync(Repositories + "create", body: Body(("name", name), ("remote", remote), ("pulp_labels", new JsonObject())));
        var repository = await LookUpAsync(Repositories, name);
        await Pulp.CreateAsync(
            Distributions, Body(("name", name), ("base_path", name + "/app"), ("repository", repository)), DistributionPath);

        var elsewhere = Unique("elsewhere");
        var digest = await Push.FixtureAsync(Http, elsewhere, "oci-amd64", "1.0");
        foreach (var tag in new[] { "1.0", "latest" })
            await Command.RunAsync(
                "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false",
                $"docker://{Http.BaseAddress!.Authority}/{elsewhere}:1.0", $"docker://{Http.BaseAddress.Authority}/{name}/app:{tag}");

        var latest = (string)(await Pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!;
        foreach (var (type, count) in new[] { ("blobs", 2), ("manifests", 1), ("tags", 2), ("signatures", 0) })
            Assert.Equal(count, (await Pulp.ListAsync($"content_container_{type}_list", null, ("repository_version", latest))).Count);
        Assert.Equal(5, (await Pulp.ListAsync("content_list", null, ("repository_version", latest))).Count);

        await Pulp.CallAsync(Repositories + "tag", await LookUpAsync(Repositories, name), Body(("tag", "1.1"), ("digest", digest)));
        await Pulp.CallAsync(Repositories + "untag", await LookUpAsync(Repositories, name), Body(("tag", "latest")));
        Assert.Equal(["1.0", "1.1"], await HoldsAsync(repository, "tags"));
        await Command.RunAsync("skopeo", "inspect", "--tls-verify=false", $"docker://{Http.BaseAddress!.Authority}/{name}/app:1.1");

        await Pulp.CallAsync(Repositories + "create", body: Body(("name", copy)));
        var target = await LookUpAsync(Repositories, copy);
        await Pulp.CallAsync(Repositories + "copy_tags", target, Body(
            ("source_repository_version", (string)(await Pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!),
            ("names", Array("1.1"))));
        var unit = await UnitAsync(repository, "tags", "1.0");
        await Pulp.CallAsync("content_container_tags_read", unit);
        await Pulp.CallAsync(Repositories + "add", target, Body(("content_units", Array(unit))));
        Assert.Equal(["1.0", "1.1"], await HoldsAsync(target, "tags"));
        await Pulp.CallAsync(Repositories + "remove", target, Body(("content_units", Array(unit))));
        Assert.Equal(["1.1"], await HoldsAsync(target, "tags"));

        var version = Assert.Single((await Pulp.CallAsync(
            Versions + "list", target, null, ("number", "2"), ("offset", "0"), ("limit", "1")))["results"]!.AsArray());
        await Pulp.CallAsync(Versions + "repair", (string)version!["pulp_href"]!, Body());
        await Pulp.CallAsync(Versions + "delete", (string)version["pulp_href"]!);
        Assert.Equal([3, 1, 0], (await Pulp.ListAsync(Versions + "list", target)).Select(one => (int)one["number"]!));

        await Pulp.CallAsync(Repositories + "set_label", target, Body(("key", "stage"), ("value", "test")));
        Assert.Equal(copy, (string)Assert.Single(await Pulp.ListAsync(
            Repositories + "list", null, ("pulp_label_select", "stage=test"), ("name", copy)))["name"]!);
        await Pulp.CallAsync(Repositories + "unset_label", target, Body(("key", "stage")));

        var tasks = await Pulp.ListAsync("tasks_list", null, ("reserved_resources", target), ("state__in", "completed"));
        Assert.True(tasks.Count >= 4, $"{tasks.Count} tasks");
        Assert.All(tasks, task => Assert.Null(task["error"]));
        foreach (var (prefix, called) in new[] { (Distributions, name), (Repositories, copy), (Remotes, name), ("pulp_container_namespaces_", name) })
            await Pulp.CallAsync(prefix + "delete", await LookUpAsync(prefix, called));
        Assert.Equal(0, (int)(await Pulp.CallAsync(
            Repositories + "list", null, null, ("name", name), ("limit", "1"), ("offset", "0")))["count"]!);
        await Pulp.CallAsync("orphans_cleanup_cleanup", body: Body(("orphan_protection_time", 60)));
        await Pulp.CallAsync("status_read");
    }

    private async Task<string> LookUpAsync(string prefix, string name)
    {
        var found = await Pulp.CallAsync(prefix + "list", null, null, ("name", name), ("limit", "1"), ("offset", "0"));
        Assert.Equal(1, (int)found["count"]!);
        return (string)found["results"]![0]!["pulp_href"]!;
    }
}

public sealed class SqliteAcceptanceTests(SqliteServer server) : AcceptanceTests(server);

public sealed class PostgresAcceptanceTests(PostgresServer server) : AcceptanceTests(server);
