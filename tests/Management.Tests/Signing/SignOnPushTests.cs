using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>A repository whose new tags are signed by themselves, once each.</summary>
public abstract class SignOnPushTests(Server server) : SigningScenario(server)
{
    private const string Field = "sign_on_push";

    [Fact]
    public async Task A_new_tag_is_signed_once_and_what_was_there_before_is_not()
    {
        var name = Unique("onpush/");
        var old = await Push.ImageAsync(Http, name, "old", $"{name}old");
        var repository = await RepositoryOfAsync(name);
        var service = await ServiceAsync("nistp256"); // no two signatures of it are alike
        Assert.Equal((string)service["pulp_href"]!, (string)(await SetAsync(repository, service))[Field]!);
        var before = await HeadAsync(repository);

        var a = await Push.ImageAsync(Http, name, "a", $"{name}a");
        await SignedAsync(name, a, service, "a");
        Assert.Equal(before + 2, await HeadAsync(repository));
        var b = await Push.ImageAsync(Http, name, "b", $"{name}b");
        await SignedAsync(name, b, service, "b");
        Assert.Equal(before + 4, await HeadAsync(repository));
        await SignedAsync(name, a, service, "a");
        Assert.Empty(await SignaturesOfAsync(name, old));

        await SignAsync(repository, service); // nothing but the old one is left to be signed
        Assert.Equal([$"{Host}/{name}:old"], await ReferencesAsync(name, old, service));
        await SignedAsync(name, a, service, "a");
    }

    [Fact]
    public async Task A_tag_that_moves_is_signed_where_it_goes()
    {
        var (name, repository, service) = await RepositoryAsync();
        var first = await Push.ImageAsync(Http, name, "latest", $"{name}1");
        await SignedAsync(name, first, service, "latest");
        var second = await Push.ImageAsync(Http, name, "latest", $"{name}2");
        await SignedAsync(name, second, service, "latest");
        Assert.NotEqual(first, second);

        await Pulp.CallAsync(Repositories + "tag", repository, new() { ["tag"] = "stable", ["digest"] = first });
        await SignedAsync(name, first, service, "latest", "stable");
    }

    [Fact]
    public async Task An_index_is_signed_with_its_images()
    {
        var (name, _, service) = await RepositoryAsync();
        var a = await Push.ImageAsync(Http, name, "a", $"{name}a");
        var b = await Push.ImageAsync(Http, name, "b", $"{name}b", "arm64");
        var index = await Push.IndexAsync(Http, name, "i", (a, "amd64"), (b, "arm64"));
        await SignedAsync(name, index, service, "i");
        await SignedAsync(name, a, service, "a", "i");
        await SignedAsync(name, b, service, "b", "i");
    }

    [Fact]
    public async Task Many_pushes_at_once_are_all_signed_by_few_tasks()
    {
        var (name, repository, service) = await RepositoryAsync();
        var digests = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            number => Push.ImageAsync(Http, name, $"t{number}", $"{name}{number}")));
        for (var number = 0; number < digests.Length; number++)
            await SignedAsync(name, digests[number], service, $"t{number}");
        var signatures = await Pulp.ListAsync("content_container_signatures_list", null, ("repository_version", repository));
        Assert.Equal(12, signatures.Count);
    }

    [Fact]
    public async Task Every_name_that_serves_the_newest_version_is_signed()
    {
        var (name, repository, service) = await RepositoryAsync();
        var second = Unique("second/");
        await Pulp.CallAsync(
            Distributions + "create",
            body: new() { ["name"] = second, ["base_path"] = second, ["repository"] = repository });
        var pinned = Unique("pinned/");
        await Pulp.CallAsync(Distributions + "create", body: new()
        {
            ["name"] = pinned,
            ["base_path"] = pinned,
            ["repository_version"] = $"{repository}versions/1/",
        });
        var a = await Push.ImageAsync(Http, name, "a", $"{name}a");
        await Eventually.TrueAsync(
            async () => (await SignaturesOfAsync(name, a)).Count > 0, "the new tag is signed");
        Assert.Equal([$"{Host}/{name}:a", $"{Host}/{second}:a"], await ReferencesAsync(name, a, service));
    }

    [Fact]
    public async Task What_comes_while_it_is_switched_off_is_not_signed()
    {
        var (name, repository, service) = await RepositoryAsync();
        await SignedAsync(name, await Push.ImageAsync(Http, name, "a", $"{name}a"), service, "a");
        await SetAsync(repository, null);
        Assert.Null((await Pulp.CallAsync(Repositories + "read", repository))[Field]);
        var b = await Push.ImageAsync(Http, name, "b", $"{name}b");
        await SetAsync(repository, service);
        await SignedAsync(name, await Push.ImageAsync(Http, name, "c", $"{name}c"), service, "c");
        Assert.Empty(await SignaturesOfAsync(name, b));
    }

    [Fact]
    public async Task What_cosign_attaches_is_not_signed_and_its_own_signatures_lead_to_no_more()
    {
        var name = Unique("onpush/");
        await Push.ImageAsync(Http, name, "old", $"{name}old");
        var repository = await RepositoryOfAsync(name);
        await SetAsync(repository, await Pulp.CallAsync(Services + "create", body: new()
        {
            ["name"] = Unique("cosign"),
            ["kind"] = "cosign",
            ["generate"] = "nistp256",
            ["attachment"] = "tag",
        }));
        var digests = new List<string>();
        foreach (var tag in (string[])["a", "b"])
        {
            digests.Add(await Push.ImageAsync(Http, name, tag, $"{name}{tag}"));
            var companion = $"{digests[^1].Replace(':', '-')}.sig";
            await Eventually.TrueAsync(async () => await PullAsync(name, companion) == 200, "the new tag is signed");
        }

        Assert.Equal(
            ["a", "b", "old", .. digests.Select(digest => $"{digest.Replace(':', '-')}.sig").Order(StringComparer.Ordinal)],
            (await TagsAsync(repository)).OrderBy(tag => tag.Length).ThenBy(tag => tag, StringComparer.Ordinal));
        Assert.Equal(5, await HeadAsync(repository));
    }

    [Fact]
    public async Task A_service_that_is_deleted_signs_nothing_any_more()
    {
        var (name, repository, service) = await RepositoryAsync();
        await SignedAsync(name, await Push.ImageAsync(Http, name, "a", $"{name}a"), service, "a");
        await Pulp.CallAsync(Services + "delete", (string)service["pulp_href"]!);
        Assert.Null((await Pulp.CallAsync(Repositories + "read", repository))[Field]);
        var b = await Push.ImageAsync(Http, name, "b", $"{name}b");

        var other = await ServiceAsync("nistp256");
        await SetAsync(repository, other);
        await SignedAsync(name, await Push.ImageAsync(Http, name, "c", $"{name}c"), other, "c");
        Assert.Empty(await SignaturesOfAsync(name, b));
    }

    [Fact]
    public async Task A_repository_is_created_with_it_and_signs_once_it_is_served()
    {
        var (name, service) = (Unique("onpush/"), await ServiceAsync("nistp256"));
        var repository = (string)(await Pulp.CallAsync(Repositories + "create", body: new()
        {
            ["name"] = name,
            [Field] = (string)service["pulp_href"]!,
        }))["pulp_href"]!;
        await Pulp.CallAsync(
            Distributions + "create", body: new() { ["name"] = name, ["base_path"] = name, ["repository"] = repository });
        await SignedAsync(name, await Push.ImageAsync(Http, name, "a", $"{name}a"), service, "a");
        await Pulp.CallAsync(Repositories + "update", repository, new() { ["name"] = name });
        Assert.Null((await Pulp.CallAsync(Repositories + "read", repository))[Field]);
    }

    private async Task<(string Name, string Repository, JsonObject Service)> RepositoryAsync()
    {
        var name = Unique("onpush/");
        await Push.ImageAsync(Http, name, "old", $"{name}old");
        var (repository, service) = (await RepositoryOfAsync(name), await ServiceAsync("nistp256"));
        await SetAsync(repository, service);
        return (name, repository, service);
    }

    private async Task<JsonObject> SetAsync(string repository, JsonObject? service)
    {
        await Pulp.CallAsync(
            Repositories + "partial_update", repository, new() { [Field] = (string?)service?["pulp_href"] });
        return await Pulp.CallAsync(Repositories + "read", repository);
    }

    // Until it is; then by these tags, each once.
    private async Task SignedAsync(string name, string digest, JsonObject service, params string[] tags)
    {
        await Eventually.TrueAsync(
            async () => (await SignaturesOfAsync(name, digest)).Count >= tags.Length, $"{string.Join(", ", tags)} signed");
        Assert.Equal(tags.Select(tag => $"{Host}/{name}:{tag}"), await ReferencesAsync(name, digest, service));
    }

    public sealed class OnSqlite(SqliteServer server) : SignOnPushTests(server);

    public sealed class OnPostgres(PostgresServer server) : SignOnPushTests(server);
}
