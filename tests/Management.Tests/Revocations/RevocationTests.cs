using System.Net;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>A key is revoked: none of its signatures is served from then on, and each repository loses them once.</summary>
public abstract class RevocationTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    [Fact]
    public async Task From_the_answer_on_no_node_shows_a_signature_of_the_key()
    {
        var (name, leaked, good) = (NewName(), new Key(), new Key());
        var image = await SignedAsync(name, leaked, good);
        var repository = await RepositoryAsync(name);
        var version = (string)(await Pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!;
        var pinned = NewName();
        await Pulp.CallAsync("distributions_container_container_create", null, new()
        {
            ["name"] = pinned,
            ["base_path"] = pinned,
            ["repository_version"] = version,
        });
        foreach (var node in Nodes)
            foreach (var path in new[] { name, pinned })
                Assert.Equal(2, (await node.ExtensionAsync(path, image)).Count); // it is in every cache

        var task = await RevokeAsync(leaked.Fingerprint);
        foreach (var node in Nodes)
            foreach (var path in new[] { name, pinned })
            {
                var left = Assert.Single(await node.ExtensionAsync(path, image));
                Assert.Equal([left], await node.LookasideAsync(path, image));
                Assert.Equal([left], (await node.RepositoryAsync(path, 10)).Signatures);
                Assert.Equal([DigestOf(left)], await node.ListedAsync("signatures", version));
            }

        await FollowAsync(task);
    }

    [Fact]
    public async Task Each_repository_that_holds_some_gets_one_version_and_no_other_gets_any()
    {
        var (leaked, good) = (new Key(), new Key());
        string[] affected = [NewName(), NewName(), NewName()], others = [NewName(), NewName()];
        foreach (var name in affected)
        {
            await SignedAsync(name, leaked, good);
            await SignedAsync(name, leaked);
        }

        foreach (var name in others)
            await SignedAsync(name, good);
        var before = new Dictionary<string, int>();
        foreach (var name in affected.Concat(others))
            before[name] = await LatestAsync(name);

        var revocation = await RevokedAsync(leaked.Fingerprint);
        Assert.Equal("completed", (string)revocation["state"]!);
        foreach (var name in affected)
            Assert.Equal(before[name] + 1, await LatestAsync(name));
        foreach (var name in others)
            Assert.Equal(before[name], await LatestAsync(name));
        var listed = await Pulp.ListAsync("key_revocations_repositories", (string)revocation["pulp_href"]!);
        Assert.Equal(affected.Order(), listed.Select(one => (string)one["name"]!));
        foreach (var one in listed)
        {
            Assert.Equal(before[(string)one["name"]!], (int)one["version_before"]!);
            Assert.Equal(before[(string)one["name"]!] + 1, (int)one["version_after"]!);
            Assert.Equal((2, 2, 1), ((int)one["signatures"]!, (int)one["images"]!, (int)one["unsigned_images"]!));
            Assert.NotNull(one["done_at"]);
        }

        Assert.Equal(6, (int)revocation["signatures"]!);
        Assert.Equal(3, (int)revocation["unsigned_images"]!);
    }

    [Fact]
    public async Task A_dry_run_names_the_same_repositories_and_changes_nothing()
    {
        var (leaked, good) = (new Key(), new Key());
        string[] names = [NewName(), NewName()];
        var images = new List<string>();
        foreach (var name in names)
            images.Add(await SignedAsync(name, leaked, good));
        await SignedAsync(NewName(), good);

        var dry = await RevokedAsync(leaked.Fingerprint, "to see", body => body["dry_run"] = true);
        Assert.Equal("dry-run", (string)dry["state"]!);
        Assert.Null(dry["number"]);
        foreach (var node in Nodes)
            Assert.Equal(2, (await node.ExtensionAsync(names[0], images[0])).Count);
        var planned = await Pulp.ListAsync("key_revocations_repositories", (string)dry["pulp_href"]!);

        var real = await RevokedAsync(leaked.Fingerprint);
        var done = await Pulp.ListAsync("key_revocations_repositories", (string)real["pulp_href"]!);
        Assert.Equal(names.Order(), planned.Select(one => (string)one["name"]!));
        Assert.Equal(
            planned.Select(one => (string)one["name"]!).Order(), done.Select(one => (string)one["name"]!).Order());
    }

    [Fact]
    public async Task Nothing_of_it_comes_in_any_more_and_the_refusal_names_the_revocation()
    {
        var (name, leaked) = (NewName(), new Key());
        var image = await SignedAsync(name, leaked);
        var repository = await RepositoryAsync(name);
        var old = await LatestAsync(name);
        var revocation = await RevokedAsync(leaked.Fingerprint, "lost laptop");
        var number = (int)revocation["number"]!;

        foreach (var node in Nodes)
        {
            using var refused = await node.Http.PutAsync(
                $"/extensions/v2/{name}/signatures/{image}", Envelope(image, leaked.Sign(image)));
            var said = await refused.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains($"revocation {number}: lost laptop", said, StringComparison.Ordinal);
        }

        var rolledBack = await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.CallAsync(
            Repositories + "rollback", repository, new() { ["number"] = old }));
        Assert.Contains($"revocation {number}", rolledBack.Message, StringComparison.Ordinal);
        var elsewhere = await Pulp.CreateAsync(Repositories, new() { ["name"] = NewName() }, "");
        var copied = await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.CallAsync(
            Repositories + "copy_manifests", (string)elsewhere["pulp_href"]!,
            new() { ["source_repository_version"] = $"{repository}versions/{old}/", ["with_signatures"] = true }));
        Assert.Contains($"revocation {number}", copied.Message, StringComparison.Ordinal);
        var after = await Pulp.CallAsync("key_revocations_read", (string)revocation["pulp_href"]!);
        Assert.True((int)after["refused"]! >= 2, after.ToJsonString());
    }

    [Fact]
    public async Task The_version_that_took_them_out_cannot_be_deleted_so_that_they_come_back()
    {
        var (name, leaked) = (NewName(), new Key());
        await SignedAsync(name, leaked);
        var repository = await RepositoryAsync(name);
        await Pulp.CallAsync(
            "distributions_container_container_partial_update",
            (string)Assert.Single(
                await Pulp.ListAsync("distributions_container_container_list", null, ("base_path", name)))["pulp_href"]!,
            new()
            {
                ["repository"] = null,
                ["repository_version"] = $"{repository}versions/{await LatestAsync(name)}/",
            });
        await RevokedAsync(leaked.Fingerprint);
        var latest = await LatestAsync(name);
        await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.CallAsync(
            Repositories + "versions_delete", $"{repository}versions/{latest}/"));
        Assert.Equal(latest, await LatestAsync(name));
    }

    [Fact]
    public async Task Only_what_came_after_a_moment_is_revoked_where_one_is_given()
    {
        var (name, leaked) = (NewName(), new Key());
        var early = await SignedAsync(name, leaked);
        var key = await KeyAsync(leaked);
        var moment = DateTimeOffset.Parse((string)key!["last_seen"]!, null).AddMilliseconds(2);
        while (DateTimeOffset.UtcNow <= moment.AddMilliseconds(2))
            await LatestAsync(name);
        var late = await SignedAsync(name, leaked);

        await RevokedAsync(leaked.Fingerprint, change: body => body["effective_from"] = moment.ToString("O"));
        foreach (var node in Nodes)
        {
            var known = Assert.Single(await node.ExtensionAsync(name, early));
            using var again = await node.Http.PutAsync($"/extensions/v2/{name}/signatures/{early}", Envelope(early, known));
            Assert.True(again.IsSuccessStatusCode, await again.Content.ReadAsStringAsync());
            Assert.Empty(await node.ExtensionAsync(name, late));
        }

        var repository = await RepositoryAsync(name);
        Assert.Single(await Nodes[0].ListedAsync("signatures", repository));
    }

    [Fact]
    public async Task A_key_id_is_enough_and_an_ambiguous_one_names_the_candidates()
    {
        var (name, key) = (NewName(), new Key());
        var image = await SignedAsync(name, key);
        var twin = key.Fingerprint.ToCharArray();
        twin[0] = twin[0] == '0' ? '1' : '0';
        var other = new string(twin);
        await Push.SignatureAsync(Http, name, image, Openpgp.Sign(image, key: Convert.FromHexString(other)));

        using var ambiguous = await Http.PostAsync(
            "/pulp/api/v3/key-revocations/", JsonOf(new() { ["key"] = key.Id, ["reason"] = "which?" }));
        var said = await ambiguous.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Conflict, ambiguous.StatusCode);
        Assert.Contains(key.Fingerprint, said, StringComparison.Ordinal);
        Assert.Contains(other, said, StringComparison.Ordinal);

        var alone = new Key();
        await SignedAsync(name, alone);
        var revocation = await RevokedAsync($"0x{alone.Id.ToLowerInvariant()}");
        Assert.Equal(alone.Fingerprint, (string)revocation["fingerprint"]!);
    }

    [Fact]
    public async Task A_withdrawal_serves_what_versions_still_hold_and_a_rollback_brings_back_the_rest()
    {
        var (name, key) = (NewName(), new Key());
        var image = await SignedAsync(name, key);
        var (repository, old) = (await RepositoryAsync(name), await LatestAsync(name));
        var pinned = NewName();
        await Pulp.CallAsync("distributions_container_container_create", null, new()
        {
            ["name"] = pinned,
            ["base_path"] = pinned,
            ["repository_version"] = $"{repository}versions/{old}/",
        });
        var revocation = await RevokedAsync(key.Fingerprint);
        var href = (string)revocation["pulp_href"]!;
        Assert.Empty(await Nodes[1].ExtensionAsync(pinned, image));

        var withdrawn = await Pulp.CallAsync("key_revocations_withdraw", href, new() { ["reason"] = "found again" });
        Assert.Equal("withdrawn", (string)withdrawn["state"]!);
        Assert.Equal((409, true), await RefusedAsync());
        await Pulp.CallAsync(Repositories + "rollback", repository, new() { ["number"] = old });
        foreach (var node in Nodes)
        {
            Assert.Single(await node.ExtensionAsync(pinned, image));
            Assert.Single(await node.ExtensionAsync(name, image));
        }

        async Task<(int, bool)> RefusedAsync()
        {
            var (status, body) = await Pulp.RefuseAsync("key_revocations_withdraw", href, new() { ["reason"] = "again" });
            return (status, body.Contains("only once", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "reason", "key")]
    [InlineData("12345678", "reason", "key")]
    [InlineData("not hex at all, and long", "reason", "key")]
    [InlineData("/pulp/api/v3/signing-keys/6b1f5b0a-0000-7000-8000-000000000000/", "reason", "key")]
    [InlineData("0123456789ABCDEF", "", "reason")]
    public async Task What_is_no_order_is_refused_by_its_field(string key, string reason, string field)
    {
        using var answer = await Http.PostAsync(
            "/pulp/api/v3/key-revocations/", JsonOf(new() { ["key"] = key, ["reason"] = reason }));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull(JsonNode.Parse(await answer.Content.ReadAsStringAsync())![field]);
    }

    [Fact]
    public async Task The_same_key_is_revoked_once_at_a_time()
    {
        var key = new Key();
        await SignedAsync(NewName(), key);
        await RevokedAsync(key.Fingerprint);
        using var again = await Http.PostAsync(
            "/pulp/api/v3/key-revocations/", JsonOf(new() { ["key"] = key.Fingerprint, ["reason"] = "again" }));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    private static StringContent JsonOf(JsonObject json) =>
        new(json.ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));

    private static StringContent Envelope(string manifest, byte[] signature) => new(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["type"] = "atomic",
        ["name"] = $"{manifest}@{Guid.NewGuid():N}",
        ["content"] = Convert.ToBase64String(signature),
    }.ToJsonString());
}

public sealed class RevocationTestsOnSqlite(RevokingOnSqlite registry) : RevocationTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class RevocationTestsOnPostgres(RevokingOnPostgres registry)
    : RevocationTests(registry), IClassFixture<RevokingOnPostgres>;
