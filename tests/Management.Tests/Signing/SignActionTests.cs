using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>The sign action: what is signed, as what, and that it is signed once.</summary>
public abstract class SignActionTests(Server server) : SigningScenario(server)
{
    [Fact]
    public async Task Everything_is_signed_once_and_in_one_version()
    {
        var name = Unique("all/");
        var (repository, a, b, index) = await ImagesAsync(name);
        var service = await ServiceAsync("nistp256"); // of the others, two signatures within one second are equal
        var before = await HeadAsync(repository);
        var task = await SignAsync(repository, service);
        Assert.Equal($"{repository}versions/{before + 1}/", (string)Assert.Single(task["created_resources"]!.AsArray())!);

        Assert.Equal([$"{Host}/{name}:a", $"{Host}/{name}:i"], await ReferencesAsync(name, a, service));
        Assert.Equal([$"{Host}/{name}:b", $"{Host}/{name}:i"], await ReferencesAsync(name, b, service));
        Assert.Equal([$"{Host}/{name}:i"], await ReferencesAsync(name, index, service));

        var again = await SignAsync(repository, service);
        Assert.Empty(again["created_resources"]!.AsArray());
        Assert.Equal(before + 1, await HeadAsync(repository));
        Assert.Equal(0, Done(again, "sign.made"));
        Assert.Equal(5, Done(again, "sign.images"));

        await SignAsync(repository, service, new() { ["force"] = true });
        Assert.Equal(before + 2, await HeadAsync(repository));
        Assert.Equal(2, (await SignaturesOfAsync(name, index)).Count);
    }

    [Fact]
    public async Task Only_new_images_are_signed_by_a_second_action()
    {
        var name = Unique("more/");
        var (repository, _, _, _) = await ImagesAsync(name);
        var service = await ServiceAsync("nistp256");
        await SignAsync(repository, service);
        var c = await Push.ImageAsync(Http, name, "c", $"{name}c");
        var task = await SignAsync(repository, service);
        Assert.Equal(1, Done(task, "sign.made"));
        Assert.Equal([$"{Host}/{name}:c"], await ReferencesAsync(name, c, service));
    }

    [Fact]
    public async Task Tags_are_chosen_by_wildcards()
    {
        var name = Unique("chosen/");
        var v1 = await Push.ImageAsync(Http, name, "v1.0", $"{name}1");
        var v2 = await Push.ImageAsync(Http, name, "v2.0", $"{name}2");
        var service = await ServiceAsync();
        await SignAsync(await RepositoryOfAsync(name), service, new() { ["tags_list"] = new JsonArray("v1.*") });
        Assert.Single(await SignaturesOfAsync(name, v1));
        Assert.Empty(await SignaturesOfAsync(name, v2));
    }

    [Fact]
    public async Task Every_manifest_is_signed_the_untagged_by_its_digest_alone()
    {
        var name = Unique("untagged/");
        var (repository, a, b, index) = await ImagesAsync(name);
        var lone = await Push.ImageAsync(Http, name, "lone", $"{name}lone");
        var list = await Push.IndexAsync(Http, name, "list", (lone, "amd64"), (a, "arm64"));
        foreach (var tag in (string[])["lone", "list", "b", "i"])
            await Pulp.CallAsync(Repositories + "untag", repository, new() { ["tag"] = tag });
        var service = await ServiceAsync("nistp256");
        await SignAsync(repository, service);
        Assert.Equal([$"{Host}/{name}:a"], await ReferencesAsync(name, a, service));
        foreach (var digest in (string[])[b, index, lone, list])
            Assert.Empty(await SignaturesOfAsync(name, digest));

        await SignAsync(repository, service, new() { ["include_untagged"] = true });
        Assert.Equal([$"{Host}/{name}:a"], await ReferencesAsync(name, a, service));
        foreach (var digest in (string[])[b, index, lone, list])
            Assert.Equal([$"{Host}/{name}@{digest}"], await ReferencesAsync(name, digest, service));
        var again = await SignAsync(repository, service, new() { ["include_untagged"] = true });
        Assert.Equal(0, Done(again, "sign.made"));
    }

    [Fact]
    public async Task Content_is_chosen_by_href_and_by_digest_and_the_untagged_is_signed_by_its_digest()
    {
        var name = Unique("units/");
        var (repository, a, b, _) = await ImagesAsync(name);
        var lone = await Push.ImageAsync(Http, name, "lone", $"{name}lone");
        await Pulp.CallAsync(Repositories + "untag", repository, new() { ["tag"] = "lone" });
        var service = await ServiceAsync();
        var tag = Assert.Single(await Pulp.ListAsync(
            "content_container_tags_list", null, ("repository_version", repository), ("name", "b")));
        await SignAsync(repository, service, new()
        {
            ["digests"] = new JsonArray(lone),
            ["content_units"] = new JsonArray((string)tag["pulp_href"]!),
        });
        Assert.Equal([$"{Host}/{name}@{lone}"], await ReferencesAsync(name, lone, service));
        Assert.Equal([$"{Host}/{name}:b"], await ReferencesAsync(name, b, service));
        Assert.Empty(await SignaturesOfAsync(name, a));

        var manifest = Assert.Single(await Pulp.ListAsync("content_container_manifests_list", null, ("digest", a)));
        await SignAsync(repository, service, new() { ["content_units"] = new JsonArray((string)manifest["pulp_href"]!) });
        Assert.Equal([$"{Host}/{name}:a", $"{Host}/{name}:i"], await ReferencesAsync(name, a, service));
    }

    [Fact]
    public async Task What_cosign_attached_is_not_signed()
    {
        var name = Unique("companions/");
        var (repository, a, _, _) = await ImagesAsync(name);
        var companion = a.Replace(':', '-');
        var attached = await Push.ImageAsync(Http, name, $"{companion}.sig", $"{name}sig");
        var fallback = await Push.ImageAsync(Http, name, companion, $"{name}fallback");
        await SignAsync(repository, await ServiceAsync());
        Assert.Empty(await SignaturesOfAsync(name, attached));
        Assert.Empty(await SignaturesOfAsync(name, fallback));
        Assert.Equal(2, (await SignaturesOfAsync(name, a)).Count);
    }

    [Theory]
    [InlineData("tags_list", "missing")]
    [InlineData("tags_list", "missing*")]
    [InlineData("digests", "sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("digests", "nonsense")]
    public async Task What_is_not_there_is_refused_by_name(string field, string unit)
    {
        var name = Unique("missing/");
        await Push.ImageAsync(Http, name, "a", name);
        var (status, text) = await Pulp.RefuseAsync(Sign, await RepositoryOfAsync(name), new()
        {
            ["manifest_signing_service"] = (string)(await ServiceAsync())["pulp_href"]!,
            [field] = new JsonArray(unit),
        });
        Assert.Equal(400, status);
        Assert.StartsWith($$"""{"{{field}}":""", text, StringComparison.Ordinal);
        Assert.Contains(unit, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_many_names_some_and_counts_the_others_and_says_what_is_never_signed()
    {
        var name = Unique("missing/");
        var image = await Push.ImageAsync(Http, name, "a", name);
        var companion = $"{image.Replace(':', '-')}.sig";
        await Push.ImageAsync(Http, name, companion, $"{name}sig");
        var service = (string)(await ServiceAsync())["pulp_href"]!;
        var (_, text) = await Pulp.RefuseAsync(Sign, await RepositoryOfAsync(name), new()
        {
            ["manifest_signing_service"] = service,
            ["tags_list"] = new JsonArray([companion, .. Enumerable.Range(0, 13).Select(n => (JsonNode)$"gone{n}")]),
        });
        Assert.Contains($"{companion} (what cosign attached is not signed), gone0, gone1", text, StringComparison.Ordinal);
        Assert.Contains("gone8 and 4 more.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_path_is_given_where_none_or_several_are_served()
    {
        var name = Unique("paths/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        var service = await ServiceAsync();
        var href = (string)service["pulp_href"]!;
        var (status, text) = await Pulp.RefuseAsync(
            Sign, repository, new() { ["manifest_signing_service"] = href, ["future_base_path"] = "other" });
        Assert.Equal(400, status);
        Assert.StartsWith("""{"future_base_path":""", text, StringComparison.Ordinal);

        var second = Unique("second/");
        await Pulp.CallAsync(
            Distributions + "create",
            body: new() { ["name"] = second, ["base_path"] = second, ["repository"] = repository });
        Assert.Equal(400, (await Pulp.RefuseAsync(Sign, repository, new() { ["manifest_signing_service"] = href })).Status);
        await SignAsync(repository, service, new() { ["future_base_path"] = second });
        Assert.Equal([$"{Host}/{second}:a"], await ReferencesAsync(name, a, service));
    }

    [Fact]
    public async Task The_repository_names_the_service_by_default()
    {
        var name = Unique("default/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        var (status, text) = await Pulp.RefuseAsync(Sign, repository);
        Assert.Equal(400, status);
        Assert.StartsWith("""{"manifest_signing_service":""", text, StringComparison.Ordinal);

        var service = await ServiceAsync();
        await Pulp.CallAsync(
            Repositories + "partial_update", repository, new() { ["manifest_signing_service"] = (string)service["pulp_href"]! });
        await Pulp.CallAsync(Sign, repository);
        Assert.Equal([$"{Host}/{name}:a"], await ReferencesAsync(name, a, service));
    }

    [Fact]
    public async Task Two_actions_at_once_end_with_one_signature_each()
    {
        var name = Unique("twice/");
        var digests = new List<string>();
        for (var i = 0; i < 20; i++)
            digests.Add(await Push.ImageAsync(Http, name, $"t{i}", $"{name}{i}"));
        var repository = await RepositoryOfAsync(name);
        var service = await ServiceAsync("nistp256"); // no two signatures of it are alike
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignAsync(repository, service)));
        foreach (var digest in digests)
            Assert.Single(await SignaturesOfAsync(name, digest));
    }

    [Fact]
    public async Task Pushing_goes_on_while_images_are_signed()
    {
        var name = Unique("busy/");
        for (var i = 0; i < 10; i++)
            await Push.ImageAsync(Http, name, $"t{i}", $"{name}{i}");
        var repository = await RepositoryOfAsync(name);
        var service = await ServiceAsync("rsa4096");
        var signing = SignAsync(repository, service);
        for (var i = 10; i < 20; i++)
            await Push.ImageAsync(Http, name, $"t{i}", $"{name}{i}");
        await signing;
        await SignAsync(repository, service);
        Assert.Equal(20, (await Pulp.ListAsync(
            "content_container_signatures_list", null, ("repository_version", repository))).Count);
        Assert.Equal(20, (await TagsAsync(repository)).Count());
    }

    [Fact]
    public async Task A_signature_outside_of_any_repository_can_be_added_later()
    {
        var name = Unique("orphan/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var service = await ServiceAsync();
        await Pulp.CallAsync(
            Services + "partial_update", (string)service["pulp_href"]!,
            new() { ["reference_prefixes"] = new JsonArray("registry.example.invalid") });
        var manifest = Assert.Single(await Pulp.ListAsync("content_container_manifests_list", null, ("digest", a)));
        var task = await Pulp.CallAsync("content_container_manifests_sign", (string)manifest["pulp_href"]!, new()
        {
            ["manifest_signing_service"] = (string)service["pulp_href"]!,
            ["reference"] = "registry.example.invalid/app:1",
        });
        var signature = (string)Assert.Single(task["created_resources"]!.AsArray())!;
        Assert.Empty(await SignaturesOfAsync(name, a));
        await Pulp.CallAsync(
            Repositories + "add", await RepositoryOfAsync(name), new() { ["content_units"] = new JsonArray(signature) });
        Assert.Equal(["registry.example.invalid/app:1"], await ReferencesAsync(name, a, service));
    }

    private static int Done(JsonObject task, string code) =>
        (int)task["progress_reports"]!.AsArray().Single(report => (string)report!["code"]! == code)!["done"]!;

    public sealed class OnSqlite(SqliteServer server) : SignActionTests(server);

    public sealed class OnPostgres(PostgresServer server) : SignActionTests(server);
}
