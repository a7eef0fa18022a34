using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What is left of a revocation: a signed report, a list for others, images to be signed again.</summary>
public abstract class ReportTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    [Fact]
    public async Task Openssl_verifies_the_report_and_finds_one_changed_letter()
    {
        Needs.Program("openssl");
        var (name, key) = (NewName(), new Key());
        var image = await SignedAsync(name, key);
        var before = await LatestAsync(name);
        var revocation = (string)(await RevokedAsync(key.Fingerprint, "stolen"))["pulp_href"]!;

        var report = await Http.GetByteArrayAsync(revocation + "report/");
        var signature = await Http.GetByteArrayAsync(revocation + "report.sig");
        var pem = await Http.GetStringAsync("/pulp/api/v3/report-key/");
        Assert.True(Verifies(report, signature, pem));
        report[^10] ^= 1;
        Assert.False(Verifies(report, signature, pem));
        report[^10] ^= 1;

        var json = JsonNode.Parse(report)!;
        Assert.Equal((key.Fingerprint, "stolen"), ((string)json["key"]!, (string)json["reason"]!));
        var repository = Assert.Single(json["repositories"]!.AsArray())!;
        Assert.Equal((before, before + 1), ((int)repository["version_before"]!, (int)repository["version_after"]!));
        Assert.Equal([$"{name}@{image}"], json["left_unsigned"]!.AsArray().Select(one => (string)one!));
        Assert.Contains(name, await Http.GetStringAsync(revocation + "report/?form=csv"), StringComparison.Ordinal);
        Assert.Contains("stolen", await Http.GetStringAsync(revocation + "report/?form=page"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_tells_what_leads_to_the_images_and_which_would_be_left_unsigned()
    {
        var (name, key, good) = (NewName(), new Key(), new Key());
        var (alone, both) = (await SignedAsync(name, key), await SignedAsync(name, key, good));
        var repository = await RepositoryAsync(name);
        var (pinned, version) = (NewName(), await LatestAsync(name));
        await Pulp.CallAsync("distributions_container_container_create", null, new()
        {
            ["name"] = pinned,
            ["base_path"] = pinned,
            ["repository_version"] = $"{repository}versions/{version}/",
        });
        await Pulp.CallAsync(Repositories + "tag", repository, new() { ["tag"] = "stable", ["digest"] = both });

        var dry = (string)(await RevokedAsync(key.Fingerprint, change: body => body["dry_run"] = true))["pulp_href"]!;
        var report = JsonNode.Parse(await Http.GetStringAsync(dry + "report/"))!;
        Assert.Equal(
            new[] { (name, (int?)null), (pinned, version) }.Order(),
            report["distributions"]!.AsArray().Select(one => ((string)one!["base_path"]!, (int?)one["pinned_version"])).Order());
        Assert.Contains($"{name}:stable@{both}", report["tags"]!.AsArray().Select(one => (string)one!));
        Assert.Equal(3, report["tags"]!.AsArray().Count);
        Assert.Equal([$"{name}@{alone}"], report["left_unsigned"]!.AsArray().Select(one => (string)one!));
        var unsigned = Assert.Single(await Pulp.ListAsync("key_revocations_unsigned_images", dry));
        Assert.Equal((repository, name, alone), (
            (string)unsigned["repository"]!, (string)unsigned["name"]!, (string)unsigned["digest"]!));
        Assert.Contains(alone, await Http.GetStringAsync(dry + "report/?form=page"), StringComparison.Ordinal);

        // A repository that holds none any more, and a distribution that still serves a version that does.
        await Pulp.CallAsync(Repositories + "remove", repository, new() { ["content_units"] = new JsonArray("*") });
        var later = (string)(await RevokedAsync(key.Fingerprint, change: body => body["dry_run"] = true))["pulp_href"]!;
        var served = Assert.Single(JsonNode.Parse(await Http.GetStringAsync(later + "report/"))!["distributions"]!.AsArray())!;
        Assert.Equal((pinned, version), ((string)served["base_path"]!, (int)served["pinned_version"]!));
    }

    [Fact]
    public async Task Others_follow_what_is_revoked_without_a_login()
    {
        Needs.Program("openssl");
        var (key, standing) = (new Key(), new Key());
        await SignedAsync(NewName(), key, standing);
        Assert.Equal("unknown", await StatusAsync(key.Fingerprint));
        await RevokeAsync(key.Fingerprint);
        foreach (var node in Nodes)
        {
            Assert.Equal("revoked", await StatusAsync(key.Fingerprint, node.Http));
            Assert.Equal("revoked", await StatusAsync(key.Id, node.Http));
        }

        Assert.Equal("unknown", await StatusAsync(standing.Fingerprint));
        using var list = await Http.GetAsync("/revocations");
        var bytes = await list.Content.ReadAsByteArrayAsync();
        Assert.Contains(key.Fingerprint, System.Text.Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.True(Verifies(
            bytes,
            Convert.FromBase64String(list.Headers.GetValues("X-Signature-Ed25519").Single()),
            await Http.GetStringAsync("/pulp/api/v3/report-key/")));
        Assert.NotNull(list.Headers.ETag);
        using var refused = await Http.GetAsync("/revocations/xyz");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task An_image_is_withdrawn_everywhere_and_does_not_come_back()
    {
        var (one, other) = (NewName(), NewName());
        var image = await Push.ImageAsync(Http, one, "bad", one);
        var bytes = await Http.GetByteArrayAsync($"/v2/{one}/manifests/{image}");
        var copy = await Push.ImageAsync(Http, other, "bad", one);
        Assert.Equal(image, copy);
        var versions = (await LatestAsync(one), await LatestAsync(other));
        var href = (string)Assert.Single(
            await Pulp.ListAsync("content_container_manifests_list", null, ("digest", image)))["pulp_href"]!;

        var task = await Pulp.StartAsync(
            "content_container_manifests_withdraw", href, new() { ["reason"] = "malware" });
        foreach (var node in Nodes)
            foreach (var name in new[] { one, other })
            {
                Assert.Equal(404, await node.StatusAsync($"/v2/{name}/manifests/{image}"));
                Assert.Equal(404, await node.StatusAsync($"/v2/{name}/manifests/bad"));
            }

        var revocation = await FollowAsync(task);
        Assert.Equal(2, (int)revocation["repositories"]!["done"]!);
        Assert.Equal((versions.Item1 + 1, versions.Item2 + 1), (await LatestAsync(one), await LatestAsync(other)));
        using var again = await Http.PutAsync(
            $"/v2/{one}/manifests/again",
            new ByteArrayContent(bytes) { Headers = { { "Content-Type", "application/vnd.oci.image.manifest.v1+json" } } });
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Contains("malware", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_left_unsigned_is_signed_again_and_nothing_else()
    {
        var (name, leaked, good) = (NewName(), new Key(), new Key());
        var unsigned = await SignedAsync(name, leaked);
        var signed = await SignedAsync(name, leaked, good);
        var never = await SignedAsync(name);
        var service = await Pulp.CallAsync("signing_services_create", body: new()
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["kind"] = "openpgp",
            ["generate"] = "ed25519",
        });
        var revocation = await RevokedAsync(leaked.Fingerprint);
        var href = (string)revocation["pulp_href"]!;
        var body = new JsonObject { ["signing_service"] = (string)service["pulp_href"]! };
        var result = await Pulp.CallAsync("key_revocations_resign", href, body);

        Assert.Equal((1, 1), ((int)result["images"]!, (int)result["signed"]!));
        Assert.NotEmpty(await Nodes[1].ExtensionAsync(name, unsigned));
        Assert.Single(await Nodes[1].ExtensionAsync(name, signed));
        Assert.Empty(await Nodes[1].ExtensionAsync(name, never));
        var version = await LatestAsync(name);
        await Pulp.CallAsync("key_revocations_resign", href, (JsonObject)body.DeepClone());
        Assert.Equal(version, await LatestAsync(name));
    }

    [Fact]
    public async Task A_service_whose_key_is_revoked_does_not_sign()
    {
        var name = NewName();
        await SignedAsync(name);
        var service = await Pulp.CallAsync("signing_services_create", body: new()
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["kind"] = "openpgp",
            ["generate"] = "ed25519",
        });
        await RevokedAsync((string)service["pubkey_fingerprint"]!, "stolen");
        var failed = await Assert.ThrowsAsync<TaskFailedException>(async () => await Pulp.CallAsync(
            Repositories + "sign", await RepositoryAsync(name),
            new() { ["manifest_signing_service"] = (string)service["pulp_href"]! }));
        Assert.Contains("is revoked here", failed.Message, StringComparison.Ordinal);
    }

    private async Task<string> StatusAsync(string key, HttpClient? http = null) =>
        (string)JsonNode.Parse(await (http ?? Http).GetStringAsync($"/revocations/{key}"))!["status"]!;

    private static bool Verifies(byte[] document, byte[] signature, string key)
    {
        var directory = Directory.CreateTempSubdirectory("report-").FullName;
        try
        {
            var (documentFile, signatureFile, keyFile) =
                (Path.Combine(directory, "document"), Path.Combine(directory, "signature"), Path.Combine(directory, "key"));
            File.WriteAllBytes(documentFile, document);
            File.WriteAllBytes(signatureFile, signature);
            File.WriteAllText(keyFile, key);
            using var openssl = Process.Start(new ProcessStartInfo(
                "openssl",
                ["pkeyutl", "-verify", "-pubin", "-inkey", keyFile, "-rawin", "-in", documentFile, "-sigfile", signatureFile])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            openssl.WaitForExit();
            return openssl.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

public sealed class ReportTestsOnSqlite(RevokingOnSqlite registry) : ReportTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class ReportTestsOnPostgres(RevokingOnPostgres registry)
    : ReportTests(registry), IClassFixture<RevokingOnPostgres>;
