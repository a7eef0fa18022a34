using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The requests that <c>cosign sign</c>, <c>verify</c> and <c>attach</c> make, as they were recorded.</summary>
public abstract class CosignRequestTests(RunningRegistry registry)
{
    private const string Payload = "application/vnd.dev.cosign.simplesigning.v1+json";
    private const string ArtifactType = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string Signature = "dev.cosignproject.cosign/signature";

    [Fact]
    public async Task Signing_by_tag_stores_what_verifying_reads()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var tag = $"{image.Digest.Replace(':', '-')}.sig";

        // sign
        await registry.Client.GetAsync("/v2/").Answers(200);
        await repository.GetAsync($"manifests/{image.Digest}").Answers(200);
        await repository.GetAsync($"manifests/{tag}").Answers(404, "MANIFEST_UNKNOWN");
        var payload = await PushAsync(repository, PayloadOf(image));
        var config = await PushAsync(repository, ConfigOf(payload));
        var signature = Signed(Manifests.Image(config, [payload]));
        await repository.PutManifestAsync(signature, tag).Answers(201);

        // verify
        await repository.GetAsync($"manifests/{image.Digest}").Answers(200);
        var found = await repository.GetAsync($"manifests/{tag}").Answers(200);
        Assert.Equal(MediaTypes.Manifest, found.Header("Content-Type"));
        Assert.Equal(signature.Bytes, await found.Content.ReadAsByteArrayAsync());
        Assert.Equal(payload.Bytes, await repository.GetAsync($"blobs/{payload.Digest}").BytesAsync());

        // sign again: read, append, overwrite
        var second = await PushAsync(repository, Named.Text("{\"second\":true}", Payload));
        var both = Signed(Manifests.Image(await PushAsync(repository, ConfigOf(second)), [payload, second]));
        await repository.PutManifestAsync(both, tag).Answers(201);
        Assert.Equal(both.Bytes, await repository.GetAsync($"manifests/{tag}").BytesAsync());
    }

    [Fact]
    public async Task Signing_by_referrers_stores_what_verifying_reads_the_newest_last()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var signatures = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var payload = await PushAsync(repository, PayloadOf(image, i));
            var config = await PushAsync(repository, ConfigOf(payload) with { MediaType = ArtifactType });
            var signature = Signed(Manifests.Image(config, [payload], subject: image));
            await repository.PutManifestAsync(signature, signature.Digest).Answers(201);
            signatures.Add(signature.Digest);

            var entries = await ReferrersAsync(repository, image); // the probe after the push
            Assert.Equal(signatures, entries.Select(entry => entry!["digest"]!.GetValue<string>()));
            Assert.All(entries, entry => Assert.Equal(ArtifactType, entry!["artifactType"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Signing_with_a_bundle_stores_what_verifying_reads()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.PushBlobAsync(Named.Empty);
        var bundle = await PushAsync(repository, Named.Text("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}""", Bundle));
        var manifest = Manifests.Image(
            Named.Empty, [bundle], image, Bundle, ("dev.sigstore.bundle.content", "dsse-envelope"));
        await repository.PutManifestAsync(manifest, manifest.Digest).Answers(201);

        var entry = Assert.Single(await ReferrersAsync(repository, image));
        Assert.Equal(Bundle, entry!["artifactType"]!.GetValue<string>());
        Assert.Equal("dsse-envelope", entry["annotations"]!["dev.sigstore.bundle.content"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(".sig")]
    [InlineData(".att")]
    [InlineData(".sbom")]
    public async Task What_hangs_on_a_deleted_image_by_tag_is_deleted_with_it(string suffix)
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var tag = image.Digest.Replace(':', '-') + suffix;
        var companion = await repository.PushImageAsync(tag);
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        await repository.GetAsync($"manifests/{tag}").Answers(404);
        await repository.GetAsync($"manifests/{companion.Digest}").Answers(404);
    }

    private static async Task<JsonArray> ReferrersAsync(TestRepository repository, Named image) =>
        (await (await repository.GetAsync($"referrers/{image.Digest}").Answers(200)).JsonAsync())["manifests"]!.AsArray();

    // go-containerregistry: HEAD, POST, PATCH with the whole blob, PUT.
    private async Task<Named> PushAsync(TestRepository repository, Named blob)
    {
        using var head = await repository.SendAsync("HEAD", $"blobs/{blob.Digest}");
        if (head.IsSuccessStatusCode)
            return blob;
        var upload = await repository.StartUploadAsync();
        var patched = await registry.Client.SendAsync("PATCH", upload, blob.Bytes, "Content-Type: application/octet-stream").Answers(202);
        await registry.Client.SendAsync("PUT", $"{patched.Header("Location")}?digest={Uri.EscapeDataString(blob.Digest)}").Answers(201);
        return blob;
    }

    private static Named PayloadOf(Named image, int number = 0) => Named.Text(
        $$$"""
        {"critical":{"identity":{"docker-reference":"host/team/app"},"image":{"docker-manifest-digest":"{{{image.Digest}}}"},
        "type":"cosign container image signature"},"optional":{"number":"{{{number}}}"}}
        """,
        Payload);

    private static Named ConfigOf(Named layer) => Named.Text(
        $$$"""
        {"architecture":"","created":"0001-01-01T00:00:00Z","history":[{"created":"0001-01-01T00:00:00Z"}],"os":"",
        "rootfs":{"type":"layers","diff_ids":["{{{layer.Digest}}}"]},"config":{}}
        """,
        MediaTypes.Config);

    private static Named Signed(Named manifest)
    {
        var json = JsonNode.Parse(manifest.Bytes)!;
        foreach (var layer in json["layers"]!.AsArray())
            layer!["annotations"] = new JsonObject { [Signature] = "MEUCIQDx" };
        return Named.Text(json.ToJsonString(), manifest.MediaType);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class CosignRequestTestsOnSqlite(OnSqlite registry) : CosignRequestTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class CosignRequestTestsOnPostgres(OnPostgres registry) : CosignRequestTests(registry);
