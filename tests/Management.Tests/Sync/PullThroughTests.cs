using System.Net;
using System.Text.Json.Nodes;
using OrleansRegistry.Content;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Names that come into being when somebody pulls them, from a registry behind a base path.</summary>
public abstract class PullThroughTests(Server server) : SyncScenario(server)
{
    private const string Registries = "remotes_container_pull_through_";
    private const string Hubs = "distributions_container_pull_through_";
    private const string HubPath = "/pulp/api/v3/distributions/container/pull-through/";

    [Fact]
    public async Task The_first_pull_creates_repository_remote_and_distribution_and_serves()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var (hub, path) = await HubAsync(remote: [("password", "secret"), ("username", "me")]);
        var name = Below(path);
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(name, "1.0"));

        var distribution = Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
        var repository = await Pulp.CallAsync(Repositories + "read", (string)distribution["repository"]!);
        var remote = await Pulp.CallAsync(Remotes + "read", (string)distribution["remote"]!);
        Assert.Equal(name, (string)repository["name"]!);
        Assert.Equal(1, (int)repository["retain_repo_versions"]!);
        Assert.Equal(FakeUpstream.Name, (string)remote["upstream_name"]!);
        Assert.Equal("on_demand", (string)remote["policy"]!);
        Assert.Contains(
            remote["hidden_fields"]!.AsArray(), field => (string)field!["name"]! == "password" && (bool)field["is_set"]!);
        var shown = await Pulp.CallAsync(Hubs + "read", hub);
        Assert.Equal([(string)distribution["pulp_href"]!], shown["distributions"]!.AsArray().Select(href => (string)href!));
    }

    [Fact]
    public async Task A_layer_comes_when_it_is_pulled()
    {
        var layer = Unique("layer");
        var digest = Upstream.Image("1.0", layer).Document.Layers[0].Digest;
        var name = Below((await HubAsync()).Path);
        await ManifestAsync(name, "1.0");
        Assert.Equal(0, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/{digest}"));

        Assert.Equal(layer, await Http.GetStringAsync($"/v2/{name}/blobs/{digest}"));
        Assert.Equal(layer, await Http.GetStringAsync($"/v2/{name}/blobs/{digest}"));
        Assert.Equal(1, Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/{digest}"));
    }

    [Fact]
    public async Task Within_tag_ttl_the_upstream_is_not_asked_again()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync()).Path);
        await ManifestAsync(name, "1.0");
        var asked = Upstream.Requests.Count;
        Upstream.Image("1.0", Unique("b"));
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(name, "1.0"));
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(name, image.Digest.ToString()));
        Assert.Equal(asked, Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_tag_that_moved_is_brought_after_tag_ttl_and_what_it_named_stays()
    {
        var old = Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync(("tag_ttl", 0))).Path);
        await ManifestAsync(name, "1.0");
        var moved = Upstream.Image("1.0", Unique("b"));
        Assert.Equal(moved.Bytes.ToArray(), await ManifestAsync(name, "1.0"));
        Assert.Equal(old.Bytes.ToArray(), await ManifestAsync(name, old.Digest.ToString()));
    }

    [Fact]
    public async Task Signatures_referrers_and_companions_come_through()
    {
        Upstream.HasReferrers = Upstream.HasExtension = true;
        var image = Upstream.Image("1.0", Unique("a"));
        Upstream.Sign(image);
        var referrer = Upstream.Image(null, Unique("b"), subject: image, artifactType: "application/x-sbom");
        var companion = Upstream.Image(Images.Companion(image, ".sig"), Unique("c"));
        var name = Below((await HubAsync()).Path);
        await ManifestAsync(name, "1.0");

        Assert.Single(await SignaturesAsync(name, image));
        Assert.Equal([referrer.Digest.ToString()], await ReferrersAsync(name, image));
        Assert.Equal(companion.Bytes.ToArray(), await ManifestAsync(name, Images.Companion(image, ".sig")));
    }

    [Fact]
    public async Task Signatures_in_the_lookaside_store_of_the_remote_come_through()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        Upstream.Sign(image);
        var name = Below((await HubAsync(remote: [("sigstore", Upstream.Sigstore)])).Path);
        await ManifestAsync(name, "1.0");
        Assert.Single(await SignaturesAsync(name, image));
    }

    [Fact]
    public async Task What_is_signed_later_comes_through_too()
    {
        Upstream.HasExtension = true;
        var image = Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync(("tag_ttl", 0))).Path);
        await ManifestAsync(name, "1.0");
        Assert.Empty(await SignaturesAsync(name, image));

        Upstream.Sign(image);
        await Eventually.TrueAsync(
            async () =>
            {
                await ManifestAsync(name, "1.0");
                return (await SignaturesAsync(name, image)).Count == 1;
            },
            "the signature is here");
    }

    [Fact]
    public async Task An_upstream_that_does_not_answer_serves_what_is_here_and_is_a_bad_gateway_for_the_rest()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var path = (await HubAsync(("tag_ttl", 0))).Path;
        var name = Below(path);
        await ManifestAsync(name, "1.0");
        await Upstream.DisposeAsync();
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(name, "1.0"));
        Assert.Equal(502, await PullAsync(name, "2.0"));
        Assert.Equal(502, await PullAsync(path + "/other/app", "1.0"));
    }

    [Fact]
    public async Task What_the_upstream_does_not_have_is_unknown_and_nothing_comes_into_being()
    {
        var path = (await HubAsync()).Path;
        foreach (var name in new[] { Below(path), path + "/other/app" })
        {
            using var answer = await Http.GetAsync($"/v2/{name}/manifests/1.0");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains("MANIFEST_UNKNOWN", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Empty(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
            Assert.Empty(await Pulp.ListAsync(Repositories + "list", null, ("name", name)));
            Assert.Empty(await Pulp.ListAsync(Remotes + "list", null, ("name", name)));
        }
    }

    [Fact]
    public async Task A_tag_that_is_gone_upstream_is_unknown_and_its_image_stays_by_digest()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync(("tag_ttl", 0))).Path);
        await ManifestAsync(name, "1.0");
        Upstream.Tags.TryRemove("1.0", out _);
        Assert.Equal(404, await PullAsync(name, "1.0"));
        Assert.Equal(200, await PullAsync(name, image.Digest.ToString()));
    }

    [Fact]
    public async Task A_manifest_is_brought_by_its_digest()
    {
        var image = Upstream.Image(null, Unique("a"));
        var name = Below((await HubAsync()).Path);
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(name, image.Digest.ToString()));
        Assert.Equal(404, await PullAsync(name, Images.DigestOf(Unique("none")).ToString()));
    }

    [Fact]
    public async Task All_who_pull_a_new_tag_at_once_cost_one_request_and_one_version()
    {
        Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync()).Path);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PullAsync(name, "1.0"))), status => Assert.Equal(200, status));
        Assert.Equal(1, Upstream.Asked($"HEAD /v2/{FakeUpstream.Name}/manifests/1.0"));
        Assert.Equal(1, await LatestAsync(await RepositoryOfAsync(name)));
    }

    [Fact]
    public async Task Many_tags_of_a_new_name_at_once_create_it_once()
    {
        var tags = Enumerable.Range(0, 8).Select(number => $"{number}.0").ToList();
        foreach (var tag in tags)
            Upstream.Image(tag, Unique("a"));
        var name = Below((await HubAsync()).Path);
        Assert.All(await Task.WhenAll(tags.Select(tag => PullAsync(name, tag))), status => Assert.Equal(200, status));
        Assert.Equal(tags, (await TagsAsync(await RepositoryOfAsync(name))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_is_told_that_the_upstream_does_not_answer_gets_what_is_here_for_tag_ttl_too()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var (hub, path) = await HubAsync(("tag_ttl", 0));
        await ManifestAsync(Below(path), "1.0");
        await Pulp.CallAsync(Hubs + "partial_update", hub, Body(("tag_ttl", 600)));
        Upstream.Instead = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(Below(path), "1.0"));
        Upstream.Instead = null;
        var asked = Upstream.Requests.Count;
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(Below(path), "1.0"));
        Assert.Equal(asked, Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_list_of_tags_creates_the_name_where_the_upstream_has_it()
    {
        Upstream.Image("1.0", Unique("a"));
        var path = (await HubAsync()).Path;
        Assert.Contains(
            "\"tags\":[]", await Http.GetStringAsync($"/v2/{Below(path)}/tags/list"), StringComparison.Ordinal);
        using var unknown = await Http.GetAsync($"/v2/{path}/other/app/tags/list");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("NAME_UNKNOWN", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_base_path_is_a_prefix_by_segments_and_the_longest_counts()
    {
        Upstream.Image("1.0", Unique("a"));
        var (hub, path) = await HubAsync();
        Assert.Equal(404, await PullAsync($"{path}ris/{FakeUpstream.Name}", "1.0"));
        Assert.Equal(404, await PullAsync(path, "1.0"));
        Assert.Empty(Upstream.Requests);

        var longer = await HubAsync(("base_path", path + "/mirror"));
        Assert.Equal(200, await PullAsync($"{path}/mirror/{FakeUpstream.Name}", "1.0"));
        Assert.Single((await Pulp.CallAsync(Hubs + "read", longer.Href))["distributions"]!.AsArray());
        Assert.Empty((await Pulp.CallAsync(Hubs + "read", hub))["distributions"]!.AsArray());
    }

    [Theory]
    [InlineData("team/*", null, 200)]
    [InlineData("library/*", null, 404)]
    [InlineData(null, "team/*", 404)]
    [InlineData(null, "library/*", 200)]
    [InlineData("*", "team/a*", 404)]
    public async Task Patterns_of_the_remote_choose_names(string? includes, string? excludes, int status)
    {
        Upstream.Image("1.0", Unique("a"));
        var path = (await HubAsync(remote:
        [
            ("includes", includes is null ? null : Array(includes)), ("excludes", excludes is null ? null : Array(excludes)),
        ])).Path;
        using var answer = await Http.GetAsync($"/v2/{Below(path)}/manifests/1.0");
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 404)
            Assert.Contains("NAME_UNKNOWN", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_pulls_made_stays_and_serves_when_the_pull_through_distribution_is_deleted()
    {
        var image = Upstream.Image("1.0", Unique("a"));
        var (hub, path) = await HubAsync(("tag_ttl", 0));
        await ManifestAsync(Below(path), "1.0");
        await Pulp.CallAsync(Hubs + "delete", hub);
        Upstream.Image("1.0", Unique("b"));
        var asked = Upstream.Requests.Count(request => request.StartsWith("HEAD", StringComparison.Ordinal));
        Assert.Equal(image.Bytes.ToArray(), await ManifestAsync(Below(path), "1.0"));
        Assert.Equal(404, await PullAsync(Below(path), "2.0"));
        Assert.Equal(404, await PullAsync(path + "/other/app", "1.0"));
        Assert.Equal(asked, Upstream.Requests.Count(request => request.StartsWith("HEAD", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_whose_distribution_was_deleted_begins_anew()
    {
        Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync()).Path);
        await ManifestAsync(name, "1.0");
        var distribution = Assert.Single(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
        await Pulp.CallAsync(Distributions + "delete", (string)distribution["pulp_href"]!);
        var moved = Upstream.Image("2.0", Unique("b"));
        Assert.Equal(moved.Bytes.ToArray(), await ManifestAsync(name, "2.0"));
    }

    [Fact]
    public async Task What_exists_already_is_not_adopted()
    {
        Upstream.Image("1.0", Unique("a"));
        var name = Below((await HubAsync()).Path);
        await RepositoryAsync(name);
        using var answer = await Http.GetAsync($"/v2/{name}/manifests/1.0");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(await Pulp.ListAsync(Distributions + "list", null, ("base_path", name)));
        Assert.Empty(await Pulp.ListAsync(Remotes + "list", null, ("name", name)));
    }

    [Fact]
    public async Task A_distribution_of_its_own_below_the_base_path_is_served_as_ever()
    {
        var path = (await HubAsync()).Path;
        await Push.ImageAsync(Http, Below(path), "1.0", Unique("own"));
        Assert.Equal(200, await PullAsync(Below(path), "1.0"));
        Assert.Equal(404, await PullAsync(Below(path), "2.0"));
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task Lists_of_other_remotes_and_distributions_do_not_show_them()
    {
        var (hub, path) = await HubAsync();
        var remote = (string)(await Pulp.CallAsync(Hubs + "read", hub))["remote"]!;
        Assert.Empty(await Pulp.ListAsync(Distributions + "list", null, ("base_path", path)));
        Assert.Single(await Pulp.ListAsync(Hubs + "list", null, ("base_path", path)));
        var named = (string)(await Pulp.CallAsync(Registries + "read", remote))["name"]!;
        Assert.Empty(await Pulp.ListAsync(Remotes + "list", null, ("name", named)));
        Assert.Single(await Pulp.ListAsync(Registries + "list", null, ("name", named)));
        var (status, body) = await Pulp.RefuseAsync(
            Repositories + "create", null, Body(("name", Unique("repo")), ("remote", remote)));
        Assert.Equal(400, status);
        Assert.Contains("remote", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_are_changed_and_deleted_as_others()
    {
        var (hub, path) = await HubAsync();
        var shown = await Pulp.CallAsync(Hubs + "read", hub);
        Assert.Equal(60, (int)shown["tag_ttl"]!);
        Assert.NotNull(shown["namespace"]);
        await Pulp.CallAsync(Hubs + "partial_update", hub, Body(("tag_ttl", 5), ("description", "what others made")));
        shown = await Pulp.CallAsync(Hubs + "read", hub);
        Assert.Equal((5, "what others made", path), ((int)shown["tag_ttl"]!, (string)shown["description"]!, (string)shown["base_path"]!));
        await Pulp.CallAsync(Hubs + "set_label", hub, Body(("key", "a"), ("value", "b")));
        Assert.Single(await Pulp.ListAsync(Hubs + "list", null, ("pulp_label_select", "a=b"), ("base_path", path)));

        var remote = (string)shown["remote"]!;
        await Pulp.CallAsync(Registries + "partial_update", remote, Body(("includes", Array("library/*"))));
        Assert.Equal("library/*", (string)(await Pulp.CallAsync(Registries + "read", remote))["includes"]![0]!);
        await Pulp.CallAsync(Registries + "delete", remote);
        Assert.Null((await Pulp.CallAsync(Hubs + "read", hub))["remote"]);
        Assert.Equal(404, await PullAsync(Below(path), "1.0"));
        await Pulp.CallAsync(Hubs + "delete", hub);
        Assert.Equal(404, (await Pulp.RefuseAsync(Hubs + "read", hub)).Status);
    }

    [Theory]
    [InlineData("policy", "\"immediate\"")]
    [InlineData("upstream_name", "\"team/app\"")]
    [InlineData("includes", """["[a"]""")]
    [InlineData("url", "\"no url\"")]
    public async Task A_remote_that_makes_no_sense_is_refused_by_field(string field, string value)
    {
        var body = Body(("name", Unique("registry")), ("url", Upstream.Url));
        body[field] = JsonNode.Parse(value);
        var (status, answer) = await Pulp.RefuseAsync(Registries + "create", null, body);
        Assert.Equal(400, status);
        Assert.Contains($"\"{field}\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("remote", null)]
    [InlineData("remote", "\"/pulp/api/v3/remotes/container/pull-through/00000000-0000-0000-0000-000000000001/\"")]
    [InlineData("tag_ttl", "-1")]
    [InlineData("base_path", "\"No/Path\"")]
    [InlineData("name", null)]
    public async Task A_distribution_that_makes_no_sense_is_refused_by_field(string field, string? value)
    {
        var body = Body(("name", Unique("hub")), ("base_path", Unique("hub")), ("remote", await RegistryAsync()));
        if (value is null)
            body.Remove(field);
        else
            body[field] = JsonNode.Parse(value);
        var (status, answer) = await Pulp.RefuseAsync(Hubs + "create", null, body);
        Assert.Equal(400, status);
        Assert.Contains($"\"{field}\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_remote_of_one_repository_is_none_for_a_pull_through_distribution()
    {
        var (status, answer) = await Pulp.RefuseAsync(Hubs + "create", null, Body(
            ("name", Unique("hub")), ("base_path", Unique("hub")), ("remote", await RemoteAsync())));
        Assert.Equal(400, status);
        Assert.Contains("\"remote\"", answer, StringComparison.Ordinal);
    }

    private static string Below(string path) => $"{path}/{FakeUpstream.Name}";

    private async Task<string> RegistryAsync(params (string Name, JsonNode? Value)[] more) => (string)(await Pulp.CallAsync(
        Registries + "create", body: Body(
            [("name", Unique("registry")), ("url", Upstream.Url), ("max_retries", 0), .. more])))["pulp_href"]!;

    private Task<(string Href, string Path)> HubAsync(params (string Name, JsonNode? Value)[] more) => HubAsync([], more);

    /// <summary>A pull-through distribution of the upstream.</summary>
    private async Task<(string Href, string Path)> HubAsync(
        (string Name, JsonNode? Value)[] remote, params (string Name, JsonNode? Value)[] more)
    {
        var path = Unique("hub");
        var body = Body(("name", path), ("base_path", path), ("remote", await RegistryAsync(remote)));
        foreach (var (name, value) in more)
            body[name] = value;
        var hub = await Pulp.CreateAsync(Hubs, body, HubPath);
        return ((string)hub["pulp_href"]!, (string)hub["base_path"]!);
    }

    private async Task<byte[]> ManifestAsync(string name, string reference)
    {
        using var answer = await Http.GetAsync($"/v2/{name}/manifests/{reference}");
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task<JsonArray> SignaturesAsync(string name, Manifest image) => JsonNode.Parse(
        await Http.GetStringAsync($"/extensions/v2/{name}/signatures/{image.Digest}"))!["signatures"]!.AsArray();

    private async Task<IEnumerable<string>> ReferrersAsync(string name, Manifest image) => JsonNode.Parse(
        await Http.GetStringAsync($"/v2/{name}/referrers/{image.Digest}"))!["manifests"]!.AsArray()
        .Select(entry => (string)entry!["digest"]!);
}

public sealed class SqlitePullThroughTests(SqliteServer server) : PullThroughTests(server);

public sealed class PostgresPullThroughTests(PostgresServer server) : PullThroughTests(server);
