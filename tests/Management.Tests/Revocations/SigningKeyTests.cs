using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Keys are things: counted by every commit, claimed until a certificate is known.</summary>
public abstract class SigningKeyTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    [Fact]
    public async Task Counts_follow_every_change_of_what_repositories_hold()
    {
        var (one, other, key) = (NewName(), NewName(), new Key());
        var image = await SignedAsync(one, key, key); // two signatures of one image
        var second = await SignedAsync(one, key);
        await SignedAsync(other, key);
        await AssertAsync(4, 3, 2);

        var full = await LatestAsync(one);
        var repository = await RepositoryAsync(one);
        var both = await Nodes[0].Pulp.ListAsync(
            "content_container_signatures_list", null, ("repository_version", repository), ("manifest", image));
        await Pulp.CallAsync(
            Repositories + "remove_signatures", repository,
            new() { ["content_units"] = new JsonArray((string)both[0]["pulp_href"]!) });
        await AssertAsync(3, 3, 2);
        await Pulp.CallAsync(
            Repositories + "remove_signatures", repository,
            new() { ["content_units"] = new JsonArray((string)both[1]["pulp_href"]!) });
        await AssertAsync(2, 2, 2);

        using (var deleted = await Http.DeleteAsync($"/v2/{one}/manifests/{second}"))
            Assert.Equal(202, (int)deleted.StatusCode);
        await AssertAsync(1, 1, 1);
        await Pulp.CallAsync(Repositories + "rollback", repository, new() { ["number"] = full });
        await AssertAsync(4, 3, 2);
        await Pulp.CallAsync(Repositories + "versions_delete", $"{repository}versions/{full - 1}/");
        await AssertAsync(4, 3, 2);

        await Pulp.CallAsync(Repositories + "delete", await RepositoryAsync(other));
        await Pulp.CallAsync(Repositories + "delete", repository);
        await AssertAsync(0, 0, 0);

        async Task AssertAsync(int signatures, int images, int repositories)
        {
            var found = await KeyAsync(key);
            Assert.Equal(
                (signatures, images, repositories),
                ((int)found!["signatures"]!, (int)found["images"]!, (int)found["repositories"]!));
        }
    }

    [Fact]
    public async Task A_key_that_nobody_knows_stands_in_no_list_unless_it_is_asked_for()
    {
        var key = new Key();
        await SignedAsync(NewName(), key);
        Assert.DoesNotContain(
            key.Fingerprint, (await Pulp.ListAsync("signing_keys_list")).Select(one => (string?)one["fingerprint"]));
        Assert.Contains(
            key.Fingerprint,
            (await Pulp.ListAsync("signing_keys_list", null, ("state", "unknown"))).Select(one => (string?)one["fingerprint"]));
        Assert.Equal("unknown", (string)(await KeyAsync(key))!["state"]!);
        await RevokedAsync(key.Fingerprint);
        Assert.Equal("revoked", (string)(await KeyAsync(key))!["state"]!);
        Assert.Contains(
            key.Fingerprint, (await Pulp.ListAsync("signing_keys_list")).Select(one => (string?)one["fingerprint"]));
    }

    [Fact]
    public async Task A_certificate_brings_its_keys_and_revoking_the_primary_key_revokes_its_subkeys()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-generate-key", "Release <release@example.org>", "ed25519", "cert", "never");
        var made = gpg.Run("--with-colons", "--list-keys").Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal));
        gpg.Run("--quick-add-key", made.Split(':')[9], "ed25519", "sign", "never");
        var armored = gpg.Run("--armor", "--export");
        var primary = await Pulp.CallAsync("signing_keys_create", body: new() { ["public_key"] = armored, ["note"] = "ours" });
        Assert.Equal(("active", "ours", "openpgp"), (
            (string)primary["state"]!, (string)primary["note"]!, (string)primary["kind"]!));
        Assert.Contains("Release <release@example.org>", primary["user_ids"]!.AsArray().Select(one => (string)one!));
        var subkeys = await Pulp.ListAsync("signing_keys_list", null, ("primary", (string)primary["fingerprint"]!));
        var subkey = Assert.Single(subkeys);

        var (name, fingerprint) = (NewName(), (string)subkey["fingerprint"]!);
        var image = await SignedAsync(name);
        await Push.SignatureAsync(Http, name, image, Openpgp.Sign(image, key: Convert.FromHexString(fingerprint)));
        await RevokedAsync((string)primary["fingerprint"]!);
        foreach (var node in Nodes)
            Assert.Empty(await node.ExtensionAsync(name, image));
        Assert.DoesNotContain(
            armored.Trim(), await Http.GetStringAsync("/pulp/api/v3/signing-keys/keyring/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no key at all")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    public async Task What_is_no_key_is_refused_by_its_field(string text)
    {
        var (status, body) = await Pulp.RefuseAsync("signing_keys_create", null, new() { ["public_key"] = text });
        Assert.Equal(400, status);
        Assert.Contains("public_key", body, StringComparison.Ordinal);
    }
}

public sealed class SigningKeyTestsOnSqlite(RevokingOnSqlite registry) : SigningKeyTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class SigningKeyTestsOnPostgres(RevokingOnPostgres registry)
    : SigningKeyTests(registry), IClassFixture<RevokingOnPostgres>;
