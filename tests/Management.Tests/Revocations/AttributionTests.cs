using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Who signed is what a known key verifies; what only says so is a claim.</summary>
public abstract class AttributionTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    [Fact]
    public async Task What_cosign_and_notation_attach_is_counted_for_the_known_key_that_made_it()
    {
        using var key = new AttachingKey();
        await KnowAsync(key.PublicKey);
        var (name, image) = await AttachedAsync(key);
        await AssertAsync(key.Fingerprint, signatures: 5, proven: 5, images: 1, repositories: 1);

        using (var deleted = await Http.DeleteAsync($"/v2/{name}/manifests/{image}"))
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        await AssertAsync(key.Fingerprint, signatures: 0, proven: 0, images: 0, repositories: 0);
    }

    [Fact]
    public async Task A_key_that_comes_later_gets_what_it_signed_before()
    {
        using var key = new AttachingKey();
        using var other = new AttachingKey();
        await AttachedAsync(key);
        await AttachedAsync(key, other);
        Assert.Empty(await Pulp.ListAsync("signing_keys_list", null, ("fingerprint", key.Fingerprint)));

        await KnowAsync(key.PublicKey);
        await AssertAsync(key.Fingerprint, signatures: 10, proven: 10, images: 2, repositories: 2);
        await KnowAsync(key.PublicKey); // twice is once
        await AssertAsync(key.Fingerprint, signatures: 10, proven: 10, images: 2, repositories: 2);
    }

    [Fact]
    public async Task Revoking_a_key_of_cosign_hides_what_it_attached_everywhere_and_takes_it_out()
    {
        using var leaked = new AttachingKey();
        using var good = new AttachingKey();
        await KnowAsync(leaked.PublicKey);
        await KnowAsync(good.PublicKey);
        var (alone, image) = await AttachedAsync(leaked);
        var (shared, second) = await AttachedAsync(leaked, good);
        var repository = await RepositoryAsync(alone);
        var before = await LatestAsync(alone);
        var pinned = NewName();
        await Pulp.CallAsync("distributions_container_container_create", null, new()
        {
            ["name"] = pinned,
            ["base_path"] = pinned,
            ["repository_version"] = $"{repository}versions/{before}/",
        });
        var tag = $"{image.Replace(':', '-')}.sig";
        var signatures = await Nodes[1].ReferrersAsync(alone, image);
        Assert.Equal(4, signatures.Count);
        Assert.Equal(8, (await Nodes[1].ReferrersAsync(shared, second)).Count);
        var blob = await BlobOfAsync(alone, signatures[0]);
        foreach (var node in Nodes)
            Assert.Equal(200, await node.StatusAsync($"/v2/{pinned}/manifests/{tag}"));

        var task = await RevokeAsync(leaked.Fingerprint);
        foreach (var node in Nodes)
        {
            foreach (var name in new[] { alone, pinned })
            {
                Assert.Empty(await node.ReferrersAsync(name, image));
                Assert.Equal(404, await node.StatusAsync($"/v2/{name}/manifests/{tag}"));
                Assert.Equal(404, await node.StatusAsync($"/v2/{name}/blobs/{blob}"));
                Assert.DoesNotContain(tag, await node.TagsAsync(name));
                foreach (var signature in signatures)
                    Assert.Equal(404, await node.StatusAsync($"/v2/{name}/manifests/{signature}"));
                Assert.Equal(200, await node.StatusAsync($"/v2/{name}/manifests/{image}"));
            }

            Assert.Equal(4, (await node.ReferrersAsync(shared, second)).Count);
            Assert.Equal([image], await node.ListedAsync("manifests", $"{repository}versions/{before}/"));
        }

        var revocation = await FollowAsync(task);
        Assert.Equal(before + 1, await LatestAsync(alone));
        var listed = await Pulp.ListAsync("key_revocations_repositories", (string)revocation["pulp_href"]!);
        Assert.Equal(
            new[] { (alone, 5, 1, 1), (shared, 5, 1, 0) }.Order(),
            listed.Select(one => (
                (string)one["name"]!, (int)one["signatures"]!, (int)one["images"]!, (int)one["unsigned_images"]!)).Order());
        await AssertAsync(leaked.Fingerprint, signatures: 0, proven: 0, images: 0, repositories: 0);
        await AssertAsync(good.Fingerprint, signatures: 5, proven: 5, images: 1, repositories: 1);
        using var report = await Http.GetAsync($"{(string)revocation["pulp_href"]!}report/");
        Assert.Equal(
            [$"{alone}@{image}"],
            JsonNode.Parse(await report.Content.ReadAsStringAsync())!["left_unsigned"]!.AsArray().Select(one => (string)one!));
    }

    [Fact]
    public async Task A_revoked_key_of_cosign_attaches_nothing_more()
    {
        using var key = new AttachingKey();
        await KnowAsync(key.PublicKey);
        var (name, image) = await AttachedAsync(key);
        var old = await LatestAsync(name);
        var number = (int)(await RevokedAsync(key.Fingerprint, "lost laptop"))["number"]!;
        var left = await LatestAsync(name);
        foreach (var attach in new[]
        {
            key.SignByTagAsync, key.SignByReferrerAsync, key.SignByBundleAsync, key.AttestAsync,
            (Func<HttpClient, string, string, Task<string>>)key.SignByNotationAsync,
        })
            foreach (var node in Nodes)
            {
                var refused = await Assert.ThrowsAnyAsync<Exception>(() => attach(node.Http, name, image));
                Assert.Contains($"revocation {number}: lost laptop", refused.Message, StringComparison.Ordinal);
            }

        var rolledBack = await Assert.ThrowsAsync<TaskFailedException>(async () => await Pulp.CallAsync(
            Repositories + "rollback", await RepositoryAsync(name), new() { ["number"] = old }));
        Assert.Contains($"revocation {number}", rolledBack.Message, StringComparison.Ordinal);
        Assert.Equal(left, await LatestAsync(name));
    }

    [Fact]
    public async Task A_key_that_was_revoked_before_it_is_known_loses_what_it_signed_when_it_comes()
    {
        using var key = new AttachingKey();
        var (name, image) = await AttachedAsync(key);
        await RevokedAsync(key.Fingerprint);
        Assert.Equal(4, (await Nodes[1].ReferrersAsync(name, image)).Count);

        var before = await LatestAsync(name);
        await KnowAsync(key.PublicKey);
        foreach (var node in Nodes)
            Assert.Empty(await node.ReferrersAsync(name, image));
        Assert.Equal(before + 1, await LatestAsync(name));
    }

    [Fact]
    public async Task Withdrawing_serves_again_what_still_lies_in_versions()
    {
        using var key = new AttachingKey();
        await KnowAsync(key.PublicKey);
        var (name, image) = await AttachedAsync(key);
        var repository = await RepositoryAsync(name);
        var version = await LatestAsync(name);
        var revocation = await RevokedAsync(key.Fingerprint);
        await Pulp.CallAsync("key_revocations_withdraw", (string)revocation["pulp_href"]!, new() { ["reason"] = "a mistake" });
        await Pulp.CallAsync(Repositories + "rollback", repository, new() { ["number"] = version });
        foreach (var node in Nodes)
            Assert.Equal(4, (await node.ReferrersAsync(name, image)).Count);
        await AssertAsync(key.Fingerprint, signatures: 5, proven: 5, images: 1, repositories: 1);
    }

    [Fact]
    public async Task A_claim_is_proven_by_the_certificate_whether_that_comes_first_or_last()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-generate-key", "Release <release@example.org>", "ed25519", "sign", "never");
        var fingerprint = gpg.Run("--with-colons", "--list-keys").Split('\n')
            .First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        var name = NewName();
        var (first, second, third) = (await SignedAsync(name), await SignedAsync(name), await SignedAsync(name));
        await Push.SignatureAsync(Http, name, first, Sign(gpg, first));
        await Push.SignatureAsync(Http, name, second, Openpgp.Sign(second, key: Convert.FromHexString(fingerprint)));
        await AssertAsync(fingerprint, signatures: 2, proven: 0, images: 2, repositories: 1);

        await KnowAsync(gpg.Run("--armor", "--export"));
        await AssertAsync(fingerprint, signatures: 2, proven: 1, images: 2, repositories: 1);
        await Push.SignatureAsync(Http, name, third, Sign(gpg, third));
        await AssertAsync(fingerprint, signatures: 3, proven: 2, images: 3, repositories: 1);
    }

    [Fact]
    public async Task The_key_of_a_signing_service_is_known_and_proves_what_it_signs()
    {
        var service = await Pulp.CallAsync(
            "signing_services_create", null, new() { ["name"] = $"{Guid.NewGuid():N}", ["kind"] = "openpgp", ["generate"] = "ed25519" });
        var name = NewName();
        await SignedAsync(name);
        await Pulp.CallAsync(
            Repositories + "sign", await RepositoryAsync(name), new() { ["manifest_signing_service"] = (string)service["pulp_href"]! });
        await AssertAsync((string)service["pubkey_fingerprint"]!, signatures: 1, proven: 1, images: 1, repositories: 1);
    }

    [Fact]
    public async Task Of_an_export_each_key_keeps_its_own_certificate_and_no_secret()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-generate-key", "One <one@example.org>", "ed25519", "sign", "never");
        gpg.Run("--quick-generate-key", "Two <two@example.org>", "ed25519", "sign", "never");
        await KnowAsync(gpg.Run("--armor", "--export-secret-keys"));
        var keys = new List<JsonObject>();
        foreach (var user in new[] { "one@example.org", "two@example.org" })
        {
            var fingerprint = gpg.Run("--with-colons", "--list-keys", user).Split('\n')
                .First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
            keys.Add(Assert.Single(await Pulp.ListAsync("signing_keys_list", null, ("fingerprint", fingerprint))));
        }

        foreach (var key in keys)
        {
            using var fresh = GnuPG.Start();
            fresh.Run(Encoding.ASCII.GetBytes((string)key["public_key"]!), "--import");
            Assert.Equal(
                [(string)key["fingerprint"]!],
                fresh.Run("--with-colons", "--list-keys").Split('\n')
                    .Where(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Select(line => line.Split(':')[9]));
            Assert.Empty(fresh.Run("--with-colons", "--list-secret-keys"));
        }

        await RevokedAsync((string)keys[0]["fingerprint"]!);
        using var rest = GnuPG.Start();
        rest.Run(Encoding.ASCII.GetBytes(await Http.GetStringAsync("/pulp/api/v3/signing-keys/keyring/")), "--import");
        var left = rest.Run("--with-colons", "--list-keys");
        Assert.DoesNotContain((string)keys[0]["fingerprint"]!, left, StringComparison.Ordinal);
        Assert.Contains((string)keys[1]["fingerprint"]!, left, StringComparison.Ordinal);
    }

    private static byte[] Sign(GnuPG gpg, string image) => gpg.Run(
        Encoding.UTF8.GetBytes($$$"""
            {"critical":{"identity":{"docker-reference":"example.org/app"},"image":{"docker-manifest-digest":"{{{image}}}"},"type":"atomic container signature"},"optional":{}}
            """),
        "--sign");

    // An image with everything that can be attached, by each of those keys.
    private async Task<(string Name, string Image)> AttachedAsync(params AttachingKey[] keys)
    {
        var name = NewName();
        var image = await SignedAsync(name);
        foreach (var key in keys)
        {
            await key.SignByTagAsync(Http, name, image);
            await key.SignByReferrerAsync(Http, name, image);
            await key.SignByBundleAsync(Http, name, image);
            await key.AttestAsync(Http, name, image);
            await key.SignByNotationAsync(Http, name, image);
        }

        return (name, image);
    }

    // Makes a key known; when this returns, what it signed is its own.
    private async Task KnowAsync(string publicKey)
    {
        var cid = $"{Guid.NewGuid():N}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/pulp/api/v3/signing-keys/")
        {
            Content = new StringContent(
                new JsonObject { ["public_key"] = publicKey }.ToJsonString(), Encoding.UTF8, "application/json"),
            Headers = { { "Correlation-ID", cid } },
        };
        using var answer = await Http.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var task = Assert.Single(await Pulp.ListAsync("tasks_list", null, ("logging_cid", cid)));
        var ended = await Pulp.FollowedAsync((string)task["pulp_href"]!);
        Assert.True((string)ended["state"]! == "completed", ended.ToJsonString());
        foreach (var child in await Pulp.ListAsync("tasks_list", null, ("parent_task", (string)task["pulp_href"]!)))
            await Pulp.FollowedAsync((string)child["pulp_href"]!);
    }

    private async Task<string> BlobOfAsync(string name, string manifest) =>
        (string)JsonNode.Parse(await Http.GetStringAsync($"/v2/{name}/manifests/{manifest}"))!["layers"]![0]!["digest"]!;

    private async Task AssertAsync(string fingerprint, int signatures, int proven, int images, int repositories)
    {
        var found = Assert.Single(await Pulp.ListAsync("signing_keys_list", null, ("fingerprint", fingerprint)));
        Assert.Equal(
            (signatures, proven, signatures - proven, images, repositories),
            ((int)found["signatures"]!, (int)found["proven"]!, (int)found["claimed"]!, (int)found["images"]!,
                (int)found["repositories"]!));
    }
}

public sealed class AttributionTestsOnSqlite(RevokingOnSqlite registry)
    : AttributionTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class AttributionTestsOnPostgres(RevokingOnPostgres registry)
    : AttributionTests(registry), IClassFixture<RevokingOnPostgres>;
