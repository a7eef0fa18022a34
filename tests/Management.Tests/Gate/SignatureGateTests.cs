using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// What the gate withholds is on no route, on no node, from that moment on, though versions and caches hold it; and back
/// when it is withheld no more.
/// </summary>
public abstract class SignatureGateTests(GatedRegistry registry)
{
    private const string Repositories = "repositories_container_container_";
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string Attachment = "application/vnd.dev.cosign.artifact.sig.v1+json";

    private readonly string _name = $"gate/{Guid.NewGuid():N}";

    private Routes[] Nodes => field ??= [.. registry.Nodes.Select(node => new Routes(node))];

    private HttpClient Http => registry.Nodes[0];

    private PulpClient Pulp => Nodes[0].Pulp;

    private Rule Rule => registry.Rule;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signatures_by_a_withheld_key_are_shown_nowhere(bool byFingerprint)
    {
        var image = await Push.ImageAsync(Http, _name, "1", _name);
        Key[] keys = [new(), new(), new()];
        byte[][] signatures = [.. keys.Select(key => key.Sign(image))];
        foreach (var signature in signatures)
            await Push.SignatureAsync(Http, _name, image, signature);
        var repository = await RepositoryAsync();
        var hrefs = await HrefsAsync("signatures", repository);

        await AssertShownAsync(signatures);
        using (byFingerprint ? Rule.Withhold(fingerprints: [keys[1].Fingerprint]) : Rule.Withhold(keyIds: [keys[1].Id]))
            await AssertShownAsync(signatures[0], signatures[2]);
        await AssertShownAsync(signatures);

        async Task AssertShownAsync(params byte[][] shown)
        {
            var digests = shown.Select(DigestOf).Order();
            var hidden = hrefs.Where(one => !digests.Contains(one.Key)).Select(one => one.Value).ToList();
            foreach (var node in Nodes)
            {
                Assert.Equal(shown, await node.ExtensionAsync(_name, image));
                Assert.Equal(digests, (await node.RepositoryAsync(_name, 10)).Signatures.Select(DigestOf).Order());
                Assert.Equal(shown, await node.LookasideAsync(_name, image));
                Assert.Equal(digests, (await node.ListedAsync("signatures", repository)).Order());
                foreach (var (digest, href) in hrefs)
                    Assert.Equal(digests.Contains(digest) ? 200 : 404, await node.StatusAsync(href));
                var all = await node.Pulp.ListAsync("content_list", null, ("repository_version", repository));
                Assert.Equal(hidden.Count, hrefs.Values.Except(all.Select(one => (string)one["pulp_href"]!)).Count());
            }
        }
    }

    [Fact]
    public async Task Pages_are_full_and_counts_true()
    {
        var (good, bad) = (new Key(), new Key());
        for (var tag = 0; tag < 4; tag++)
        {
            var image = await Push.ImageAsync(Http, _name, $"{tag}", $"{_name}{tag}");
            await Push.SignatureAsync(Http, _name, image, bad.Sign(image));
            await Push.SignatureAsync(Http, _name, image, good.Sign(image));
            await Push.SignatureAsync(Http, _name, image, bad.Sign(image));
        }

        var repository = await RepositoryAsync();
        using var withheld = Rule.Withhold(fingerprints: [bad.Fingerprint]);
        foreach (var node in Nodes)
        {
            var (pages, signatures) = await node.RepositoryAsync(_name, 3);
            Assert.Equal([3, 1], pages);
            Assert.Equal(4, signatures.Count);
            var listed = await node.Pulp.CallAsync(
                "content_container_signatures_list", null, null, ("repository_version", repository), ("limit", "3"));
            Assert.Equal((4, 3), ((int)listed["count"]!, listed["results"]!.AsArray().Count));
            Assert.NotNull(listed["next"]);
        }
    }

    [Fact]
    public async Task An_old_version_counts_what_it_holds_and_does_not_serve_it()
    {
        var (image, key) = (await Push.ImageAsync(Http, _name, "1", _name), new Key());
        var signature = key.Sign(image);
        await Push.SignatureAsync(Http, _name, image, signature);
        var repository = await RepositoryAsync();
        var old = (string)(await Pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!;
        var pinned = $"old/{Guid.NewGuid():N}";
        await Pulp.CallAsync("distributions_container_container_create", null, new()
        {
            ["name"] = pinned,
            ["base_path"] = pinned,
            ["repository_version"] = old,
        });
        await Pulp.CallAsync(Repositories + "remove_signatures", repository, new() { ["signed_with_key_id"] = key.Id });
        foreach (var node in Nodes)
            Assert.Equal([signature], await node.ExtensionAsync(pinned, image));

        using var withheld = Rule.Withhold(fingerprints: [key.Fingerprint]);
        foreach (var node in Nodes)
        {
            Assert.Empty(await node.ExtensionAsync(pinned, image));
            Assert.Empty(await node.LookasideAsync(pinned, image));
            Assert.Empty((await node.RepositoryAsync(pinned, 10)).Signatures);
            Assert.Empty(await node.ListedAsync("signatures", old));
            var version = await node.Pulp.CallAsync(Repositories + "versions_read", old);
            Assert.Equal(1, (int)version["content_summary"]!["present"]!["container.signature"]!["count"]!);
        }
    }

    [Fact]
    public async Task Withheld_manifests_are_shown_nowhere_nor_what_leads_to_them()
    {
        var image = await Push.ImageAsync(Http, _name, "1", _name);
        var described = await DescribeAsync(image);
        var companion = $"{image.Replace(':', '-')}.sig";
        var (attached, layer) = await AttachAsync(companion, null);
        var (referrer, _) = await AttachAsync(null, image);
        var other = await Push.ChangedAsync(Http, _name, image, "2", json => json["subject"] = described);
        var repository = await RepositoryAsync();
        var manifests = await HrefsAsync("manifests", repository);
        var tags = await HrefsAsync("tags", repository, "name");

        await AssertShownAsync(true);
        using (Rule.Withhold(digests: [attached, referrer, layer]))
            await AssertShownAsync(false);
        await AssertShownAsync(true);

        async Task AssertShownAsync(bool shown)
        {
            string[] hidden = shown ? [] : [attached, referrer];
            var status = shown ? 200 : 404;
            foreach (var node in Nodes)
            {
                Assert.Equal(status, await node.StatusAsync($"/v2/{_name}/manifests/{companion}"));
                Assert.Equal(status, await node.StatusAsync($"/v2/{_name}/manifests/{attached}"));
                Assert.Equal(status, await node.StatusAsync($"/v2/{_name}/manifests/{referrer}"));
                Assert.Equal(status, await node.StatusAsync($"/v2/{_name}/blobs/{layer}"));
                Assert.Equal(status, await node.StatusAsync($"/extensions/v2/{_name}/signatures/{attached}"));
                Assert.Equal(200, await node.StatusAsync($"/v2/{_name}/manifests/1"));
                foreach (var page in new[] { 1, 2, 1000 })
                    Assert.Equal(shown ? ["1", "2", companion] : ["1", "2"], await node.TagsAsync(_name, page));
                Assert.Equal(shown ? [referrer, other] : [other], await node.ReferrersAsync(_name, image));
                Assert.Equal(
                    shown ? [referrer] : [],
                    await node.ReferrersAsync(_name, image, $"?artifactType={Uri.EscapeDataString(Attachment)}"));

                Assert.Equal(
                    manifests.Keys.Except(hidden).Order(), (await node.ListedAsync("manifests", repository)).Order());
                Assert.Equal(
                    shown ? 3 : 2, (await node.ListedAsync("tags", repository, "name")).Count);
                Assert.Equal(status, await node.StatusAsync(manifests[attached]));
                Assert.Equal(status, await node.StatusAsync(tags[companion]));
                var all = await node.Pulp.ListAsync("content_list", null, ("repository_version", repository));
                string[] hrefs = [manifests[attached], manifests[referrer], tags[companion]];
                Assert.Equal(shown ? 3 : 0, hrefs.Intersect(all.Select(one => (string)one["pulp_href"]!)).Count());
            }
        }
    }

    [Fact]
    public async Task No_list_of_the_management_shows_what_is_withheld()
    {
        var (image, key) = (await Push.ImageAsync(Http, _name, "1", _name), new Key());
        var signature = await Push.SignatureAsync(Http, _name, image, key.Sign(image));
        var companion = $"{image.Replace(':', '-')}.sig";
        var (attached, _) = await AttachAsync(companion, null);
        var paths = (await Pulp.DocumentAsync())["paths"]!.AsObject()
            .Where(path => !path.Key.Contains('{') && path.Value!["get"] is JsonObject)
            .Select(path => path.Key).Where(path => !path.EndsWith("/events/", StringComparison.Ordinal)).ToList();
        string[] marks = [signature, key.Id, attached, companion];

        Assert.Equal(marks, await ShownAsync());
        using (Rule.Withhold(keyIds: [key.Id], digests: [attached]))
            Assert.Empty(await ShownAsync());

        async Task<IEnumerable<string>> ShownAsync()
        {
            var all = "";
            foreach (var path in paths)
            {
                using var answer = await Http.GetAsync($"{path}?limit=1000");
                all += await answer.Content.ReadAsStringAsync();
            }

            return marks.Where(mark => all.Contains(mark, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_would_not_be_shown_is_not_taken()
    {
        var (image, key) = (await Push.ImageAsync(Http, _name, "1", _name), new Key());
        var (attached, _) = await AttachAsync($"{image.Replace(':', '-')}.sig", null);
        var manifest = await Http.GetByteArrayAsync($"/v2/{_name}/manifests/{attached}");
        var versions = await VersionsAsync();

        using (Rule.Withhold(keyIds: [key.Id], digests: [attached]))
            foreach (var node in Nodes)
            {
                await RefusedAsync(node.Http.PutAsync(
                    $"/extensions/v2/{_name}/signatures/{image}", Envelope(image, key.Sign(image))));
                await RefusedAsync(node.Http.PutAsync(
                    $"/v2/{_name}/manifests/again",
                    new ByteArrayContent(manifest) { Headers = { ContentType = new(OciManifest) } }));
            }

        Assert.Equal(versions, await VersionsAsync());
        await Push.SignatureAsync(Http, _name, image, key.Sign(image));

        async Task RefusedAsync(Task<HttpResponseMessage> call)
        {
            using var answer = await call;
            Assert.Equal(403, (int)answer.StatusCode);
            Assert.Contains("DENIED", await answer.Content.ReadAsStringAsync());
        }

        async Task<int> VersionsAsync() => (await Pulp.ListAsync(
            Repositories + "versions_list", await RepositoryAsync())).Count;
    }

    [Fact]
    public async Task What_is_withheld_can_be_removed()
    {
        var (image, key) = (await Push.ImageAsync(Http, _name, "1", _name), new Key());
        await Push.SignatureAsync(Http, _name, image, key.Sign(image));
        var repository = await RepositoryAsync();
        using (Rule.Withhold(fingerprints: [key.Fingerprint]))
            await Pulp.CallAsync(
                Repositories + "remove_signatures", repository, new() { ["signed_with_key_id"] = key.Id });
        Assert.Empty(await Nodes[1].ListedAsync("signatures", repository));
    }

    [Fact]
    public async Task Where_nothing_is_confirmed_images_are_served_and_signatures_are_not()
    {
        var (image, key) = (await Push.ImageAsync(Http, _name, "1", _name), new Key());
        var signature = key.Sign(image);
        await Push.SignatureAsync(Http, _name, image, signature);
        var companion = $"{image.Replace(':', '-')}.sig";
        var (attached, layer) = await AttachAsync(companion, null);
        string[] signed =
        [
            $"/extensions/v2/{_name}/signatures/", $"/extensions/v2/{_name}/signatures/{image}",
            $"/lookaside/{_name}@{image.Replace(':', '=')}/signature-1",
            $"/v2/{_name}/manifests/{companion}", $"/v2/{_name}/manifests/{attached}",
            $"/v2/{_name}/tags/list", $"/v2/{_name}/referrers/{image}",
            "/pulp/api/v3/content/container/signatures/", "/pulp/api/v3/content/container/manifests/",
            "/pulp/api/v3/content/container/tags/", "/pulp/api/v3/content/",
        ];
        string[] unsigned =
        [
            $"/v2/{_name}/manifests/1", $"/v2/{_name}/manifests/{image}", $"/v2/{_name}/blobs/{layer}",
            "/pulp/api/v3/content/container/blobs/", "/pulp/api/v3/repositories/",
        ];

        await AnswersAsync(200, 200);
        using (Rule.Withhold(isConfirmed: false))
        {
            await AnswersAsync(503, 200);
            using var put = await Http.PutAsync(
                $"/extensions/v2/{_name}/signatures/{image}", Envelope(image, key.Sign(image)));
            Assert.Equal(503, (int)put.StatusCode);
        }

        await AnswersAsync(200, 200);

        async Task AnswersAsync(int forSignatures, int otherwise)
        {
            foreach (var node in Nodes)
                foreach (var (path, status) in signed.Select(path => (path, forSignatures))
                    .Concat(unsigned.Select(path => (path, otherwise))))
                {
                    using var answer = await node.Http.GetAsync(path);
                    Assert.Equal((path, status), (path, (int)answer.StatusCode));
                }
        }
    }

    // A manifest as cosign attaches it, by a tag or as a referrer; and the blob in it.
    private async Task<(string Manifest, string Layer)> AttachAsync(string? tag, string? subject)
    {
        var (layer, size) = await Push.BlobAsync(Http, _name, $$"""{"critical":"{{Guid.NewGuid()}}"}""");
        var (config, configSize) = await Push.BlobAsync(Http, _name, "{}" + tag);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciManifest,
            ["config"] = Describe(config, configSize, subject is null ? "application/vnd.oci.image.config.v1+json" : Attachment),
            ["layers"] = new JsonArray(
                Describe(layer, size, "application/vnd.dev.cosign.simplesigning.v1+json")),
        };
        if (subject is not null)
            manifest["subject"] = await DescribeAsync(subject);
        var bytes = System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
        return (await Push.ManifestAsync(Http, _name, tag ?? DigestOf(bytes), OciManifest, bytes), layer);
    }

    private async Task<JsonObject> DescribeAsync(string manifest) => Describe(
        manifest, (await Http.GetByteArrayAsync($"/v2/{_name}/manifests/{manifest}")).Length, OciManifest);

    private static JsonObject Describe(string digest, int size, string type) =>
        new() { ["mediaType"] = type, ["digest"] = digest, ["size"] = size };

    private static StringContent Envelope(string manifest, byte[] signature) => new(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["type"] = "atomic",
        ["name"] = $"{manifest}@{Guid.NewGuid():N}",
        ["content"] = Convert.ToBase64String(signature),
    }.ToJsonString());

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private async Task<string> RepositoryAsync() =>
        (string)Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("name", _name)))["pulp_href"]!;

    private async Task<Dictionary<string, string>> HrefsAsync(string kind, string repository, string field = "digest") =>
        (await Pulp.ListAsync($"content_container_{kind}_list", null, ("repository_version", repository)))
            .ToDictionary(one => (string)one[field]!, one => (string)one["pulp_href"]!);
}

public sealed class SignatureGateTestsOnSqlite(GatedOnSqlite registry) : SignatureGateTests(registry), IClassFixture<GatedOnSqlite>;

public sealed class SignatureGateTestsOnPostgres(GatedOnPostgres registry)
    : SignatureGateTests(registry), IClassFixture<GatedOnPostgres>;
