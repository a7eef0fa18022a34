using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Signatures are taken out whoever made them: of a repository, of an image, of an image in a repository.</summary>
public abstract class SignatureScopeTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    [Fact]
    public async Task All_signatures_of_an_image_leave_every_repository_that_holds_it_and_may_come_again()
    {
        var key = new Key();
        var (one, other, quiet) = (NewName(), NewName(), NewName());
        var image = await SignedAsync(one, key, new Key());
        var second = await SignedAsync(one, key);
        await CopyAsync(one, other);
        await SignedAsync(quiet, key);
        var (before, unmoved) = (await LatestAsync(one), await LatestAsync(quiet));

        var removal = await RemovedAsync(("image", image));
        Assert.Equal(("completed", "signatures", image), (
            (string)removal["state"]!, (string)removal["scope"]!, (string)removal["image"]!));
        Assert.Equal((4, 2), ((int)removal["signatures"]!, (int)removal["unsigned_images"]!));
        foreach (var node in Nodes)
            foreach (var name in new[] { one, other })
            {
                Assert.Empty(await node.ExtensionAsync(name, image));
                Assert.Single(await node.ExtensionAsync(name, second));
            }

        Assert.Equal((before + 1, unmoved), (await LatestAsync(one), await LatestAsync(quiet)));
        await Push.SignatureAsync(Http, one, image, key.Sign(image));
        Assert.Single(await Nodes[1].ExtensionAsync(one, image));
    }

    [Fact]
    public async Task All_signatures_of_a_repository_or_of_one_of_its_images_leave_it_alone()
    {
        var key = new Key();
        var (one, other) = (NewName(), NewName());
        var image = await SignedAsync(one, key);
        var second = await SignedAsync(one, key, new Key());
        await CopyAsync(one, other);
        var repository = await RepositoryAsync(one);

        await RemovedAsync(("repository", repository), ("image", image));
        Assert.Empty(await Nodes[1].ExtensionAsync(one, image));
        Assert.Equal(2, (await Nodes[1].ExtensionAsync(one, second)).Count);

        var rest = await RemovedAsync(("repository", repository));
        Assert.Equal((2, 1), ((int)rest["signatures"]!, (int)rest["unsigned_images"]!));
        Assert.Empty(await Nodes[1].ExtensionAsync(one, second));
        Assert.Single(await Nodes[1].ExtensionAsync(other, image));
        Assert.Equal(2, (await Nodes[1].ExtensionAsync(other, second)).Count);
    }

    [Fact]
    public async Task A_dry_run_names_the_same_and_changes_nothing()
    {
        var key = new Key();
        var (one, other) = (NewName(), NewName());
        var image = await SignedAsync(one, key);
        await CopyAsync(one, other);
        var before = (await LatestAsync(one), await LatestAsync(other));

        var dry = await RemovedAsync(("image", image), ("dry_run", true));
        Assert.Equal("dry-run", (string)dry["state"]!);
        Assert.Equal(before, (await LatestAsync(one), await LatestAsync(other)));
        var planned = await NamesAsync(dry);
        Assert.Equal(new[] { one, other }.Order(), planned);
        Assert.Equal(2, (await Pulp.ListAsync("key_revocations_unsigned_images", (string)dry["pulp_href"]!)).Count);

        var real = await RemovedAsync(("image", image));
        Assert.Equal(planned, await NamesAsync(real));
        var (status, body) = await Pulp.RefuseAsync(
            "key_revocations_withdraw", (string)real["pulp_href"]!, new() { ["reason"] = "no" });
        Assert.Equal(409, status);
        Assert.Contains("rollback", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"reason": "what?"}""", "key")]
    [InlineData("""{"reason": "both?", "key": "0123456789ABCDEF", "image": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}""", "key")]
    [InlineData("""{"reason": "none", "image": "sha256:12"}""", "image")]
    [InlineData("""{"reason": "none", "repository": "/pulp/api/v3/repositories/container/container/00000000-0000-0000-0000-000000000001/"}""", "repository")]
    [InlineData("""{"reason": "since?", "effective_from": "2026-01-01T00:00:00Z", "image": "sha256:0000000000000000000000000000000000000000000000000000000000000000"}""", "effective_from")]
    public async Task What_is_no_scope_is_refused_by_its_field(string body, string field)
    {
        var (status, said) = await Pulp.RefuseAsync("key_revocations_create", null, JsonNode.Parse(body)!.AsObject());
        Assert.Equal(400, status);
        Assert.Contains($"\"{field}\"", said, StringComparison.Ordinal);
    }

    private Task<JsonObject> RemovedAsync(params (string Name, JsonNode Value)[] scope) => RevokedAsync(
        "", "signed by mistake",
        body =>
        {
            body.Remove("key");
            foreach (var (name, value) in scope)
                body[name] = value;
        });

    private async Task CopyAsync(string from, string to)
    {
        await SignedAsync(to);
        await Pulp.CallAsync(
            Repositories + "copy_tags", await RepositoryAsync(to), new()
            {
                ["source_repository"] = await RepositoryAsync(from),
                ["with_signatures"] = true,
            });
    }

    private async Task<IEnumerable<string>> NamesAsync(JsonObject revocation) =>
        (await Pulp.ListAsync("key_revocations_repositories", (string)revocation["pulp_href"]!))
            .Select(one => (string)one["name"]!).Order();
}

public sealed class SignatureScopeTestsOnSqlite(RevokingOnSqlite registry)
    : SignatureScopeTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class SignatureScopeTestsOnPostgres(RevokingOnPostgres registry)
    : SignatureScopeTests(registry), IClassFixture<RevokingOnPostgres>;
