using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What comes and goes along with content. Source: Pulp's REST: repository actions, and docs/compatibility.md.</summary>
public abstract class RecursionTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task A_tag_brings_its_index_its_children_and_their_blobs_and_no_signature()
    {
        var (source, _) = await IndexAsync();
        var target = await EmptyAsync();
        await AddAsync(target, await UnitAsync(source.Href, "tags", "all"));
        Assert.Equal(
            Sorted(["all", source.Index, source.Amd, source.Arm, .. await HoldsAsync(source.Href, "blobs")]),
            await HoldsAsync(target));
        Assert.Equal(1, await LatestAsync(target));
        await AddAsync(target, await UnitAsync(source.Href, "tags", "all"));
        Assert.Equal(1, await LatestAsync(target));
    }

    [Fact]
    public async Task A_blob_comes_alone_and_nothing_comes_of_nothing()
    {
        var (source, _) = await IndexAsync();
        var target = await EmptyAsync();
        var blob = (await HoldsAsync(source.Href, "blobs"))[0];
        await AddAsync(target, await UnitAsync(source.Href, "blobs", blob));
        Assert.Equal([blob], await HoldsAsync(target));
        await AddAsync(target);
        await ActAsync("add", target);
        Assert.Equal(1, await LatestAsync(target));
    }

    [Fact]
    public async Task An_older_tag_of_an_added_name_leaves_and_two_added_ones_fail()
    {
        var (source, _) = await IndexAsync();
        var (other, _) = await IndexAsync();
        var (mine, theirs) = (await UnitAsync(source.Href, "tags", "all"), await UnitAsync(other.Href, "tags", "all"));
        var target = await EmptyAsync();
        await AddAsync(target, mine);
        await AddAsync(target, theirs);
        Assert.Equal([theirs], [await UnitAsync(target, "tags", "all")]);
        Assert.Contains(source.Index, await HoldsAsync(target));
        var empty = await EmptyAsync();
        await Assert.ThrowsAsync<TaskFailedException>(() => AddAsync(empty, mine, theirs));
    }

    [Fact]
    public async Task A_signature_brings_its_manifest_or_is_refused()
    {
        var (source, _) = await IndexAsync();
        var signature = await UnitAsync(source.Href, "signatures", source.SignatureOfArm);
        var target = await EmptyAsync();
        await Assert.ThrowsAsync<TaskFailedException>(() => ActAsync(
            "add", target, ("content_units", Array(signature)), ("require_manifest", true)));
        Assert.Equal(0, await LatestAsync(target));
        await AddAsync(target, signature);
        Assert.Equal([source.Arm], await HoldsAsync(target, "manifests"));
        Assert.Equal([source.SignatureOfArm], await HoldsAsync(target, "signatures"));
        Assert.Equal(2, (await HoldsAsync(target, "blobs")).Count);

        var again = await EmptyAsync();
        await AddAsync(again, await UnitAsync(source.Href, "manifests", source.Arm));
        await ActAsync("add", again, ("content_units", Array(signature)), ("require_manifest", true));
        Assert.Equal([source.SignatureOfArm], await HoldsAsync(again, "signatures"));
        await ActAsync("remove", again, ("content_units", Array(signature)));
        Assert.Empty(await HoldsAsync(again, "signatures"));
        Assert.Equal([source.Arm], await HoldsAsync(again, "manifests"));
    }

    [Fact]
    public async Task Removing_a_tag_takes_the_index_its_children_and_all_signatures_along()
    {
        var (source, _) = await IndexAsync();
        await ActAsync("remove", source.Href, ("content_units", Array(await UnitAsync(source.Href, "tags", "all"))));
        Assert.Empty(await HoldsAsync(source.Href));
        var version = await Pulp.CallAsync(Versions + "read", $"{source.Href}versions/{await LatestAsync(source.Href)}/");
        Assert.Equal(2, (int)version["content_summary"]!["removed"]!["container.signature"]!["count"]!);
    }

    [Fact]
    public async Task Removing_what_something_remaining_needs_is_done_and_changes_nothing()
    {
        var (source, _) = await IndexAsync();
        var (held, latest) = (await HoldsAsync(source.Href), await LatestAsync(source.Href));
        var blob = (await HoldsAsync(source.Href, "blobs"))[0];
        foreach (var (kind, digest) in new[] { ("manifests", source.Amd), ("manifests", source.Index), ("blobs", blob) })
            await ActAsync("remove", source.Href, ("content_units", Array(await UnitAsync(source.Href, kind, digest))));
        Assert.Equal(held, await HoldsAsync(source.Href));
        Assert.Equal(latest, await LatestAsync(source.Href));
    }

    [Fact]
    public async Task What_a_remaining_tag_or_image_needs_stays()
    {
        var name = Unique("shared");
        var one = await Push.ImageAsync(Http, name, "one", name);
        var other = await Push.ImageAsync(Http, name, "other", name, "arm64");
        await Push.IndexAsync(Http, name, "all", one, other);
        var href = await RepositoryOfAsync(name);
        await ActAsync("untag", href, ("tag", "other"));
        await ActAsync("remove", href, ("content_units", Array(await UnitAsync(href, "tags", "all"))));
        Assert.Equal([one], await HoldsAsync(href, "manifests"));
        Assert.Equal(2, (await HoldsAsync(href, "blobs")).Count);
        Assert.Equal(["one"], await HoldsAsync(href, "tags"));
    }

    [Fact]
    public async Task Everything_goes_at_once_and_only_alone()
    {
        var (source, _) = await IndexAsync();
        var tag = await UnitAsync(source.Href, "tags", "all");
        Assert.Equal(400, (await Pulp.RefuseAsync(
            Repositories + "remove", source.Href, Body(("content_units", Array("*", tag))))).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync(Repositories + "add", source.Href, Body(("content_units", Array("*"))))).Status);
        await ActAsync("remove", source.Href, ("content_units", Array("*")));
        Assert.Empty(await HoldsAsync(source.Href));
    }

    [Fact]
    public async Task Copies_take_what_was_asked_for_with_its_needs()
    {
        var (source, _) = await IndexAsync();
        await ActAsync("tag", source.Href, ("tag", "arm"), ("digest", source.Arm));
        var all = await EmptyAsync();
        await ActAsync("copy_tags", all, ("source_repository", source.Href));
        Assert.Equal(["all", "arm"], await HoldsAsync(all, "tags"));
        Assert.Equal(3, (await HoldsAsync(all, "manifests")).Count);
        Assert.Empty(await HoldsAsync(all, "signatures"));

        var none = await EmptyAsync();
        await ActAsync("copy_tags", none, ("source_repository", source.Href), ("names", new JsonArray()));
        await ActAsync("copy_tags", none, ("source_repository", source.Href), ("names", Array("absent")));
        await ActAsync("copy_manifests", none, ("source_repository", source.Href), ("digests", new JsonArray()));
        Assert.Equal(0, await LatestAsync(none));

        var signed = await EmptyAsync();
        await ActAsync("copy_tags", signed, ("source_repository", source.Href), ("names", Array("all")), ("with_signatures", true));
        Assert.Equal(Sorted(source.SignatureOfArm, source.SignatureOfIndex), await HoldsAsync(signed, "signatures"));
        Assert.Equal(["all"], await HoldsAsync(signed, "tags"));

        var image = await EmptyAsync();
        await ActAsync("copy_manifests", image, ("source_repository", source.Href), ("digests", Array(source.Arm)));
        Assert.Equal([source.Arm], await HoldsAsync(image, "manifests"));
        Assert.Empty(await HoldsAsync(image, "tags"));

        var images = await EmptyAsync();
        await ActAsync("copy_manifests", images, ("source_repository_version", $"{source.Href}versions/{await LatestAsync(source.Href)}/"),
            ("media_types", Array("application/vnd.oci.image.manifest.v1+json")), ("with_signatures", true));
        Assert.Equal(Sorted(source.Amd, source.Arm), await HoldsAsync(images, "manifests"));
        Assert.Equal([source.SignatureOfArm], await HoldsAsync(images, "signatures"));

        var before = await LatestAsync(source.Href);
        await ActAsync("copy_tags", source.Href, ("source_repository", source.Href));
        Assert.Equal(before, await LatestAsync(source.Href));
        foreach (var refused in new[]
        {
            Body(("names", Array("a"))),
            Body(("source_repository", source.Href), ("source_repository_version", $"{source.Href}versions/0/")),
            Body(("source_repository", source.Href), ("names", null)),
            Body(("source_repository", null)),
        })
            Assert.Equal(400, (await Pulp.RefuseAsync(Repositories + "copy_tags", all, refused)).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync(
            Repositories + "copy_manifests", all, Body(("source_repository", source.Href), ("media_types", Array("text/plain"))))).Status);
    }

    [Fact]
    public async Task An_image_is_removed_with_its_tags_and_signatures_unless_an_index_lists_it()
    {
        var (source, name) = await IndexAsync();
        var lone = await Push.ImageAsync(Http, name, "lone", name + "lone");
        await ActAsync("tag", source.Href, ("tag", "again"), ("digest", lone));
        await Push.SignatureAsync(Http, name, lone);
        await ActAsync("tag", source.Href, ("tag", "arm"), ("digest", source.Arm));
        await ActAsync("remove_image", source.Href, ("digest", lone));
        Assert.Equal(["all", "arm"], await HoldsAsync(source.Href, "tags"));
        Assert.Equal(2, (await HoldsAsync(source.Href, "signatures")).Count);
        var listed = await Assert.ThrowsAsync<TaskFailedException>(
            () => ActAsync("remove_image", source.Href, ("digest", source.Arm)));
        Assert.Contains($"{source.Index} (all)", listed.Message, StringComparison.Ordinal);
        Assert.Equal(["all", "arm"], await HoldsAsync(source.Href, "tags"));
        await ActAsync("remove_image", source.Href, ("digest", source.Index));
        Assert.Equal(["arm"], await HoldsAsync(source.Href, "tags"));
        await ActAsync("remove_image", source.Href, ("digest", source.Arm));
        Assert.Empty(await HoldsAsync(source.Href));
        var (status, body) = await Pulp.RefuseAsync(Repositories + "remove_image", source.Href, Body(("digest", source.Index)));
        Assert.Equal(400, status);
        Assert.StartsWith("""{"non_field_errors":[""", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stays_of_content_that_was_to_be_removed_is_named_with_the_reason()
    {
        var (source, name) = await IndexAsync();
        var lone = await Push.ImageAsync(Http, name, "lone", name + "lone");
        await ActAsync("tag", source.Href, ("tag", "again"), ("digest", lone));
        var blob = (string)JsonNode.Parse(await Http.GetStringAsync($"/v2/{name}/manifests/lone"))!["layers"]![0]!["digest"]!;
        var signature = await UnitAsync(source.Href, "signatures", source.SignatureOfArm);
        var named = new List<string> { signature };
        foreach (var (kind, digest) in new[] { ("manifests", lone), ("manifests", source.Arm), ("blobs", blob) })
            named.Add(await UnitAsync(source.Href, kind, digest));
        var task = await Pulp.StartAsync(Repositories + "remove", source.Href, Body(("content_units", Array(named))));
        var result = await Pulp.FollowAsync(task);
        var stayed = result["content_that_stayed"]!.AsArray().ToDictionary(
            one => (string)one!["name"]!, one => (Content: (string)one!["content"]!, Why: (string)one["why"]!));
        Assert.Equal(Sorted(lone, source.Arm, blob), Sorted([.. stayed.Keys]));
        Assert.Equal((named[1], "tagged again, lone"), stayed[lone]);
        Assert.Equal((named[2], $"listed by {source.Index}"), stayed[source.Arm]);
        Assert.Equal((named[3], $"needed by {lone}"), stayed[blob]);
        var ended = await Pulp.CallAsync("tasks_read", task);
        Assert.Single(ended["created_resources"]!.AsArray());
        var report = Assert.Single(ended["progress_reports"]!.AsArray(), one => (string)one!["code"]! == "remove.stayed")!;
        Assert.Equal(3, (int)report["done"]!);
        Assert.Contains($"{blob} (needed by {lone})", (string)report["message"]!, StringComparison.Ordinal);

        var removed = await ActAsync("remove", source.Href, ("content_units", Array(await UnitAsync(source.Href, "tags", "all"))));
        Assert.Null(removed["result"]);
        Assert.Empty(removed["progress_reports"]!.AsArray());
    }

    [Fact]
    public async Task All_that_vouches_for_an_image_is_copied_with_signatures()
    {
        var name = Unique("vouched/");
        var image = await Push.ImageAsync(Http, name, "v1", name);
        var source = await RepositoryOfAsync(name);
        async Task<string> ReferrerAsync(string subject, string tag)
        {
            var described = await Http.GetByteArrayAsync($"/v2/{name}/manifests/{subject}");
            return await Push.ChangedAsync(Http, name, "v1", tag, manifest =>
            {
                manifest["annotations"] = new JsonObject { ["made"] = tag };
                manifest["subject"] = new JsonObject
                {
                    ["mediaType"] = (string)manifest["mediaType"]!,
                    ["digest"] = subject,
                    ["size"] = described.Length,
                };
            });
        }

        var sbom = await ReferrerAsync(image, "sbom");
        var attestation = await ReferrerAsync(sbom, "attestation");
        foreach (var tag in new[] { "sbom", "attestation" })
            await ActAsync("untag", source, ("tag", tag));
        string CompanionOf(string digest) => digest.Replace(':', '-');
        var cosigned = await Push.ImageAsync(Http, name, $"{CompanionOf(image)}.sig", name + "cosigned");
        await Push.ImageAsync(Http, name, $"{CompanionOf(attestation)}.att", name + "attested");
        var bystander = await Push.ImageAsync(Http, name, "bystander", name + "bystander");
        foreach (var signed in new[] { image, sbom, cosigned, bystander })
            await Push.SignatureAsync(Http, name, signed);

        var target = await EmptyAsync();
        await ActAsync("copy_tags", target, ("source_repository", source), ("names", Array("v1")), ("with_signatures", true));
        Assert.Equal(
            Sorted("v1", $"{CompanionOf(image)}.sig", $"{CompanionOf(attestation)}.att"), await HoldsAsync(target, "tags"));
        Assert.Equal(5, (await HoldsAsync(target, "manifests")).Count);
        Assert.Equal(3, (await HoldsAsync(target, "signatures")).Count);

        var single = await EmptyAsync();
        await ActAsync(
            "copy_manifests", single, ("source_repository", source), ("digests", Array(image)), ("with_signatures", true));
        Assert.Equal(await HoldsAsync(target, "manifests"), await HoldsAsync(single, "manifests"));
        Assert.DoesNotContain("v1", await HoldsAsync(single, "tags"));
        var bare = await EmptyAsync();
        await ActAsync("copy_tags", bare, ("source_repository", source), ("names", Array("v1")));
        Assert.Equal([image], await HoldsAsync(bare, "manifests"));
    }

    [Fact]
    public async Task Signatures_are_removed_by_key_by_image_by_list_and_all_at_once()
    {
        foreach (var form in new[] { "key", "fingerprint", "image", "list", "all" })
        {
            var (source, _) = await IndexAsync();
            var signature = Assert.Single(await Pulp.ListAsync(
                "content_container_signatures_list", null, ("repository_version", source.Href), ("digest", source.SignatureOfArm)));
            (string, JsonNode?)[] body = form switch
            {
                "key" => [("signed_with_key_id", ((string)signature["key_id"]!).ToLowerInvariant())],
                "fingerprint" => [("signed_with_key_id", (string)signature["fingerprint"]!)],
                "image" => [("digest", source.Arm)],
                "list" => [("content_units", Array((string)signature["pulp_href"]!))],
                _ => [],
            };
            await ActAsync("remove_signatures", source.Href, body);
            Assert.Equal(form == "all" ? [] : [source.SignatureOfIndex], await HoldsAsync(source.Href, "signatures"));
            Assert.Equal(3, (await HoldsAsync(source.Href, "manifests")).Count);
            var (status, refusal) = await Pulp.RefuseAsync(Repositories + "remove_signatures", source.Href, Body(body));
            Assert.True(400 == status, form);
            Assert.StartsWith("""{"non_field_errors":[""", refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_of_both_kinds_is_one_version()
    {
        var (source, _) = await IndexAsync();
        var (other, _) = await IndexAsync();
        var before = await LatestAsync(source.Href);
        var task = await ActAsync("modify", source.Href,
            ("remove_content_units", Array("*")),
            ("add_content_units", Array(await UnitAsync(other.Href, "manifests", other.Arm))));
        Assert.Equal($"{source.Href}versions/{before + 1}/", (string)task["created_resources"]![0]!);
        Assert.Equal([other.Arm], await HoldsAsync(source.Href, "manifests"));
        Assert.Empty(await HoldsAsync(source.Href, "tags"));
    }

    [Fact]
    public async Task A_tag_moves_and_the_new_one_is_named_first()
    {
        var (source, _) = await IndexAsync();
        var task = await ActAsync("tag", source.Href, ("tag", "v1"), ("digest", source.Arm));
        var created = task["created_resources"]!.AsArray().Select(href => (string)href!).ToList();
        Assert.Equal(await UnitAsync(source.Href, "tags", "v1"), created[0]);
        Assert.EndsWith($"/versions/{await LatestAsync(source.Href)}/", created[1], StringComparison.Ordinal);
        Assert.Equal(2, task["created_resource_prns"]!.AsArray().Count);
        Assert.Equal("pulp_container.app.tasks.tag.tag_image", (string)task["name"]!);

        var before = await LatestAsync(source.Href);
        task = await ActAsync("tag", source.Href, ("tag", "v1"), ("digest", source.Arm));
        Assert.Empty(task["created_resources"]!.AsArray());
        Assert.Equal(before, await LatestAsync(source.Href));
        await ActAsync("tag", source.Href, ("tag", "v1"), ("digest", source.Amd));
        var summary = (await Pulp.CallAsync(Versions + "read", $"{source.Href}versions/{before + 1}/"))["content_summary"]!;
        Assert.Equal(1, (int)summary["added"]!["container.tag"]!["count"]!);
        Assert.Equal(1, (int)summary["removed"]!["container.tag"]!["count"]!);

        var absent = $"sha256:{new string('0', 64)}";
        var (status, body) = await Pulp.RefuseAsync(Repositories + "tag", source.Href, Body(("tag", "x"), ("digest", absent)));
        Assert.Equal(400, status);
        Assert.StartsWith("""{"non_field_errors":[""", body, StringComparison.Ordinal);
        Assert.Contains(absent, body, StringComparison.Ordinal);
        Assert.StartsWith("""{"tag":[""", (await Pulp.RefuseAsync(
            Repositories + "tag", source.Href, Body(("tag", "-x"), ("digest", source.Arm)))).Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"non_field_errors":[""", (await Pulp.RefuseAsync(
            Repositories + "untag", source.Href, Body(("tag", "absent")))).Body, StringComparison.Ordinal);
    }

    private sealed record Indexed(
        string Href, string Index, string Amd, string Arm, string SignatureOfArm, string SignatureOfIndex);

    // An index under the tag "all" with two children of their own blobs; the index and one child are signed.
    private async Task<(Indexed Source, string Name)> IndexAsync()
    {
        var name = Unique("index");
        var amd = await Push.ImageAsync(Http, name, "amd", name + "amd");
        var arm = await Push.ImageAsync(Http, name, "arm", name + "arm", "arm64");
        var index = await Push.IndexAsync(Http, name, "all", amd, arm);
        var href = await RepositoryOfAsync(name);
        await ActAsync("untag", href, ("tag", "amd"));
        await ActAsync("untag", href, ("tag", "arm"));
        return (new(href, index, amd, arm, await Push.SignatureAsync(Http, name, arm), await Push.SignatureAsync(Http, name, index)), name);
    }

    private async Task<string> EmptyAsync() => (string)(await RepositoryAsync())["pulp_href"]!;

    private Task<JsonObject> AddAsync(string repository, params string[] units) => ActAsync("add", repository, ("content_units", Array(units)));

    private static IReadOnlyList<string> Sorted(params IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];
}

public sealed class SqliteRecursionTests(SqliteServer server) : RecursionTests(server);

public sealed class PostgresRecursionTests(PostgresServer server) : RecursionTests(server);
