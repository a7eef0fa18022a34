using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>The lists of content with all their filters, on real signatures. Source: Pulp's REST: pages, filters.</summary>
public abstract class ContentFilterTests(Server server) : Scenario(server)
{
    private const string Ed25519 = "83C7E62E3D2CE01F";

    [Theory]
    [InlineData("signatures", "", 4)]
    [InlineData("signatures", "key_id=" + Ed25519, 3)]
    [InlineData("signatures", "key_id=" + "ABCDEF0123456789", 0)]
    [InlineData("signatures", "key_id__in=" + Ed25519 + ",x", 3)]
    [InlineData("signatures", "manifest={amd}", 2)]
    [InlineData("signatures", "manifest={amd},{arm}", 3)]
    [InlineData("signatures", "manifest={amd}&manifest={arm}", 3)]
    [InlineData("signatures", "digest={signature}", 1)]
    [InlineData("signatures", "digest__in={signature},x", 1)]
    [InlineData("signatures", "name__startswith={amd}@", 2)]
    [InlineData("signatures", "name__contains=@", 4)]
    [InlineData("signatures", "name__icontains=SHA256:", 4)]
    [InlineData("signatures", "name__iregex=^SHA256:[0-9a-f]{64}@[0-9a-f]{32}$", 4)]
    [InlineData("signatures", "q=key_id=" + Ed25519 + " AND manifest={amd}", 1)]
    [InlineData("signatures", "q=NOT key_id=" + Ed25519, 1)]
    [InlineData("signatures", "prn__in={signature_prn}", 1)]
    [InlineData("signatures", "pulp_href__in={signature_href}", 1)]
    [InlineData("signatures", "pulp_href__in={signature_href},/pulp/api/v3/content/container/signatures/00000000-0000-7000-8000-000000000000/", 1)]
    [InlineData("signatures", "pulp_id__in={signature_id}", 1)]
    [InlineData("manifests", "", 3)]
    [InlineData("manifests", "digest={amd}", 1)]
    [InlineData("manifests", "digest__in={amd},{arm},x", 2)]
    [InlineData("manifests", "media_type=application/vnd.oci.image.index.v1%2Bjson", 1)]
    [InlineData("manifests", "media_type=application/vnd.oci.image.index.v1%2Bjson&media_type=application/vnd.oci.image.manifest.v1%2Bjson", 3)]
    [InlineData("manifests", "media_type=application/vnd.oci.image.index.v1%2Bjson,application/vnd.oci.image.manifest.v1%2Bjson", 3)]
    [InlineData("manifests", "is_bootable=false", 3)]
    [InlineData("manifests", "is_flatpak=true", 0)]
    [InlineData("manifests", "orphaned_for=-1", 0)]
    [InlineData("manifests", "orphaned_for=0", 0)]
    [InlineData("tags", "", 2)]
    [InlineData("tags", "name=all", 1)]
    [InlineData("tags", "name=", 2)]
    [InlineData("tags", "name__in=all,two,x", 2)]
    [InlineData("tags", "digest={index}", 1)]
    [InlineData("tags", "digest={index}&digest={amd}", 2)]
    [InlineData("tags", "media_type=application/vnd.oci.image.index.v1%2Bjson", 1)]
    [InlineData("tags", "q=(name=all OR name=\"two\") AND NOT digest={amd}", 1)]
    [InlineData("blobs", "", 4)]
    [InlineData("blobs", "digest={blob}", 1)]
    [InlineData("blobs", "digest__in={blob},x", 1)]
    public async Task A_filter_lets_through_what_it_names(string kind, string filter, int expected)
    {
        var images = await ImagesAsync();
        foreach (var version in new[] { images["repository"], images["latest"], images["repository_prn"], images["version_prn"] })
            Assert.Equal(expected, await CountAsync(
                $"/pulp/api/v3/content/container/{kind}/?repository_version={version}&{Fill(filter, images)}"));
    }

    [Fact]
    public async Task Content_is_found_by_the_version_that_added_or_removed_it()
    {
        var images = await ImagesAsync();
        var (href, latest) = (images["repository"], await LatestAsync(images["repository"]));
        await ActAsync("untag", href, ("tag", "two"));
        const string Tags = "/pulp/api/v3/content/container/tags/";
        Assert.Equal(1, await CountAsync($"{Tags}?repository_version_removed={href}versions/{latest + 1}/"));
        Assert.Equal(1, await CountAsync($"{Tags}?repository_version_removed={href}"));
        Assert.Equal(0, await CountAsync($"{Tags}?repository_version_added={href}"));
        Assert.Equal(2, await CountAsync($"{Tags}?repository_version={href}versions/{latest}/"));
        Assert.Equal(1, await CountAsync($"{Tags}?repository_version={href}"));
        var summary = (await Pulp.CallAsync(Versions + "read", $"{href}versions/{latest + 1}/"))["content_summary"]!;
        foreach (var part in new[] { "added", "removed", "present" })
            foreach (var (type, entry) in summary[part]!.AsObject())
                Assert.True((int)entry!["count"]! == await CountAsync((string)entry["href"]!), $"{part} {type}");
        Assert.Equal(9 + 3, await CountAsync($"/pulp/api/v3/content/?repository_version={href}"));
        Assert.Equal(1, await CountAsync($"/pulp/api/v3/content/?repository_version={href}&pulp_type=container.tag"));
        Assert.Equal(4, await CountAsync(
            $"/pulp/api/v3/content/?repository_version={href}&pulp_type__in=container.tag,container.manifest"));
    }

    [Fact]
    public async Task A_signature_shows_what_it_says_of_itself()
    {
        var images = await ImagesAsync();
        var signature = await Pulp.CallAsync("content_container_signatures_read", images["signature_href"]);
        Assert.Equal(Ed25519, (string)signature["key_id"]!);
        Assert.Equal("5E5CC7D688B0B1D77175D34283C7E62E3D2CE01F", (string)signature["fingerprint"]!);
        Assert.Equal(1709294400, (long)signature["timestamp"]!);
        Assert.Equal("atomic", (string)signature["type"]!);
        Assert.Matches($"^{images["amd"]}@[0-9a-f]{{32}}$", (string)signature["name"]!);
        var manifest = await Pulp.CallAsync("content_container_manifests_read", (string)signature["signed_manifest"]!);
        Assert.Equal(images["amd"], (string)manifest["digest"]!);
        Assert.Equal(2, (int)manifest["schema_version"]!);
        Assert.Empty(manifest["listed_manifests"]!.AsArray());
        foreach (var key in new[] { "vuln_report", "pulp_labels", "prn", "pulp_created", "pulp_last_updated" })
            Assert.True(signature.ContainsKey(key), key);
    }

    [Fact]
    public async Task Lists_are_ordered_and_cut_as_asked()
    {
        var images = await ImagesAsync();
        var list = $"/pulp/api/v3/content/container/tags/?repository_version={images["repository"]}";
        Assert.Equal(["all", "two"], await NamesAsync($"{list}&ordering=name"));
        Assert.Equal(["two", "all"], await NamesAsync($"{list}&ordering=-name"));
        Assert.Equal(await NamesAsync($"{list}&ordering=-pulp_created"), await NamesAsync(list));
        Assert.Equal((await NamesAsync(list)).Reverse(), await NamesAsync($"{list}&ordering=pk"));
        Assert.Equal(["name"], Keys(await ResultAsync($"{list}&fields=name")));
        Assert.Equal(["name", "tagged_manifest"], Keys(await ResultAsync($"{list}&fields=name,tagged_manifest")));
        Assert.Equal(["name", "tagged_manifest"], Keys(await ResultAsync($"{list}&fields=name&fields=tagged_manifest")));
        Assert.DoesNotContain("name", Keys(await ResultAsync($"{list}&exclude_fields=name")));
        Assert.Equal(["pulp_href"], (await Pulp.CallAsync(
            "content_container_signatures_read", images["signature_href"], null, ("fields", "pulp_href"))).Select(one => one.Key));

        var page = await GetAsync($"{list}&limit=1&offset=1");
        Assert.Equal(2, (int)page["count"]!);
        Assert.Null(page["next"]);
        Assert.Contains("offset=0", (string)page["previous"]!, StringComparison.Ordinal);
        page = await GetAsync($"{list}&limit=1");
        Assert.Contains("limit=1&offset=1", (string)page["next"]!, StringComparison.Ordinal);
        Assert.StartsWith("http://", (string)page["next"]!, StringComparison.Ordinal);
        Assert.Null(page["previous"]);
    }

    [Theory]
    [InlineData("a", 2)]
    [InlineData("!a", 0)]
    [InlineData("!b", 2)]
    [InlineData("a=x", 1)]
    [InlineData("a!=x", 1)]
    [InlineData("a~X", 1)]
    [InlineData("a=with\\, comma", 1)]
    [InlineData("a~COMMA,!b", 1)]
    [InlineData("b=", 0)]
    public async Task Labels_of_content_are_selected(string selection, int expected)
    {
        var images = await ImagesAsync();
        foreach (var (tag, value) in new[] { ("all", "x"), ("two", "with, comma") })
            await Pulp.CallAsync(
                "content_container_tags_set_label", await UnitAsync(images["repository"], "tags", tag),
                Body(("key", "a"), ("value", value)));
        Assert.Equal(expected, await CountAsync(
            $"/pulp/api/v3/content/container/tags/?repository_version={images["repository"]}"
            + $"&pulp_label_select={Uri.EscapeDataString(selection)}"));
    }

    [Theory]
    [InlineData("signatures/?repository_version=/pulp/x/", """{"repository_version":["URI not valid: /pulp/x/"]}""")]
    [InlineData("signatures/?repository_version=/pulp/api/v3/tasks/00000000-0000-7000-8000-000000000000/", "URI not valid")]
    [InlineData("signatures/?repository_version=/pulp/api/v3/repositories/container/container/00000000-0000-7000-8000-000000000000/", "not found")]
    [InlineData("signatures/?repository_version=prn:core.repositoryversion:00000000-0000-7000-8000-000000000000", "URI not valid")]
    [InlineData("signatures/?nonsense=1", """{"errors":["Invalid Filter: 'nonsense'"]}""")]
    [InlineData("signatures/?q=nonsense%3D1", """{"errors":["Invalid Filter: 'nonsense'"]}""")]
    [InlineData("tags/?key_id=x", """{"errors":["Invalid Filter: 'key_id'"]}""")]
    [InlineData("tags/?q=ordering%3Dname", "Invalid Filter")]
    [InlineData("tags/?q=name%3Da%20AND%20name%3Db%20AND%20name%3Dc%20AND%20name%3Dd%20AND%20name%3De%20AND%20name%3Df%20AND%20name%3Dg%20AND%20name%3Dh%20AND%20name%3Di", "complexity")]
    [InlineData("tags/?q=(name%3Da", "\"q\"")]
    [InlineData("tags/?pulp_label_select=a(b", "pulp_label_select")]
    [InlineData("tags/?pulp_label_select=a,,b", "pulp_label_select")]
    [InlineData("tags/?pulp_label_select=!a%3Db", "pulp_label_select")]
    [InlineData("tags/?orphaned_for=x", "orphaned_for")]
    [InlineData("tags/?pulp_id__in=x", "not a valid UUID")]
    [InlineData("manifests/?is_bootable=maybe", "is_bootable")]
    public async Task A_filter_that_cannot_be_is_refused(string query, string words)
    {
        using var response = await Http.GetAsync("/pulp/api/v3/content/container/" + query);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(400 == (int)response.StatusCode, text);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    // Images that others signed: an index of two, and three signatures by one key, one by another.
    private async Task<Dictionary<string, string>> ImagesAsync()
    {
        var name = Unique("signed");
        var index = await Push.FixtureAsync(Http, name, "oci-index", "all");
        var amd = await Push.FixtureAsync(Http, name, "oci-amd64", "two");
        var arm = await Push.FixtureAsync(Http, name, "oci-arm64");
        var repository = await Pulp.CallAsync(Repositories + "read", await RepositoryOfAsync(name));
        string? first = null;
        foreach (var (manifest, digest, key) in new[]
        {
            ("oci-amd64", amd, "ed25519"), ("oci-amd64", amd, "nistp256"), ("oci-arm64", arm, "ed25519"), ("oci-index", index, "ed25519"),
        })
        {
            var signature = await Push.SignatureAsync(
                Http, name, digest, await File.ReadAllBytesAsync(Push.Fixture($"sigs/{manifest}.{key}.sig")));
            first ??= signature;
        }

        var href = (string)repository["pulp_href"]!;
        var found = Assert.Single(await Pulp.ListAsync(
            "content_container_signatures_list", null, ("repository_version", href), ("digest", first!)));
        var latest = $"{href}versions/{await LatestAsync(href)}/";
        return new()
        {
            ["repository"] = href,
            ["repository_prn"] = (string)repository["prn"]!,
            ["latest"] = latest,
            ["version_prn"] = (string)(await Pulp.CallAsync(Versions + "read", latest))["prn"]!,
            ["index"] = index,
            ["amd"] = amd,
            ["arm"] = arm,
            ["signature"] = first!,
            ["signature_href"] = (string)found["pulp_href"]!,
            ["signature_prn"] = (string)found["prn"]!,
            ["signature_id"] = ((string)found["prn"]!).Split(':')[^1],
            ["blob"] = (await HoldsAsync(href, "blobs"))[0],
        };
    }

    private static string Fill(string filter, Dictionary<string, string> images) => images.Aggregate(
        filter, (text, image) => text.Replace($"{{{image.Key}}}", image.Value, StringComparison.Ordinal));

    private async Task<int> CountAsync(string path)
    {
        var page = await GetAsync(path);
        Assert.Equal((int)page["count"]!, page["results"]!.AsArray().Count);
        return (int)page["count"]!;
    }

    private async Task<JsonObject> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}\n{text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string path) =>
        [.. (await GetAsync(path))["results"]!.AsArray().Select(one => (string)one!["name"]!)];

    private async Task<JsonObject> ResultAsync(string path) => (await GetAsync(path))["results"]![0]!.AsObject();

    private static IEnumerable<string> Keys(JsonObject json) => json.Select(one => one.Key);
}

public sealed class SqliteContentFilterTests(SqliteServer server) : ContentFilterTests(server);

public sealed class PostgresContentFilterTests(PostgresServer server) : ContentFilterTests(server);
