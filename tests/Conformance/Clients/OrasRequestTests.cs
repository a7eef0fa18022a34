using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>The requests that <c>oras push</c>, <c>attach</c>, <c>discover</c>, <c>copy</c> and <c>manifest delete</c> make, as they were recorded.</summary>
public abstract class OrasRequestTests(RunningRegistry registry)
{
    private const string Accepted =
        "Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, "
        + "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.oci.artifact.manifest.v1+json";

    private const string Sbom = "application/vnd.example.sbom+json";

    [Fact]
    public async Task Pushing_stores_an_artifact_that_pulling_reads()
    {
        var repository = registry.NewRepository();
        var file = await PushAsync(repository, Named.Text("hello", "text/plain"));
        await PushAsync(repository, Named.Empty);
        var manifest = Manifests.Image(
            Named.Empty, [file], artifactType: "application/vnd.unknown.artifact.v1",
            annotation: ("org.opencontainers.image.created", "2024-01-01T00:00:00Z"));
        using (var head = await repository.SendAsync("HEAD", $"manifests/{manifest.Digest}", null, Accepted))
            Assert.Equal(404, (int)head.StatusCode);
        await repository.PutManifestAsync(manifest, "v1").Answers(201);

        await repository.SendAsync("HEAD", "manifests/v1", null, Accepted).Answers(200);
        Assert.Equal(manifest.Bytes, await repository.GetAsync($"manifests/{manifest.Digest}", Accepted).BytesAsync());
        Assert.Equal(file.Bytes, await repository.GetAsync($"blobs/{file.Digest}").BytesAsync());
    }

    [Fact]
    public async Task Attaching_needs_no_fallback_tag_and_discovering_finds_the_tree()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var sbom = await AttachAsync(repository, image);
        var ofSbom = await AttachAsync(repository, sbom);

        // discover: probe, list, and down the tree
        Assert.Empty(await ReferrersAsync(repository, $"sha256:{new string('0', 64)}"));
        Assert.Equal([sbom.Digest], await ReferrersAsync(repository, image.Digest));
        Assert.Equal([ofSbom.Digest], await ReferrersAsync(repository, sbom.Digest));
        Assert.Empty(await ReferrersAsync(repository, ofSbom.Digest));
        Assert.Equal([["v1"]], await Paging.ReadAsync(registry.Client, $"{repository.Path}/tags/list", "tags"));

        // manifest delete: the probe is answered, so no fallback index is kept up
        await repository.SendAsync("DELETE", $"manifests/{ofSbom.Digest}").Answers(202);
        Assert.Empty(await ReferrersAsync(repository, sbom.Digest));
    }

    [Fact]
    public async Task Copying_recursively_mounts_what_is_there_already()
    {
        var (from, to) = (registry.NewRepository(), registry.NewRepository());
        var image = await from.PushImageAsync("v1");
        var sbom = await AttachAsync(from, image);
        foreach (var manifest in new[] { image, sbom })
        {
            var json = JsonNode.Parse(manifest.Bytes)!;
            foreach (var blob in json["layers"]!.AsArray().Append(json["config"]))
            {
                var digest = blob!["digest"]!.GetValue<string>();
                using var head = await to.SendAsync("HEAD", $"blobs/{digest}");
                if (!head.IsSuccessStatusCode)
                    await to.SendAsync("POST", $"blobs/uploads/?from={Uri.EscapeDataString(from.Name)}&mount={Uri.EscapeDataString(digest)}")
                        .Answers(201);
            }

            await to.PutManifestAsync(manifest, manifest.Digest).Answers(201);
        }

        await to.PutManifestAsync(image, "v1").Answers(201);
        Assert.Equal([sbom.Digest], await ReferrersAsync(to, image.Digest));
    }

    [Fact]
    public async Task A_fallback_index_pushed_for_an_older_registry_is_kept_like_any_other()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var sbom = await AttachAsync(repository, image);
        var tag = image.Digest.Replace(':', '-');
        await repository.GetAsync($"manifests/{tag}").Answers(404);
        var index = await repository.PushManifestAsync(Manifests.Index([sbom]), tag);
        Assert.Equal(index.Bytes, await repository.GetAsync($"manifests/{tag}").BytesAsync());
        Assert.Equal([sbom.Digest], await ReferrersAsync(repository, image.Digest));
    }

    private async Task<Named> AttachAsync(TestRepository repository, Named subject)
    {
        await repository.SendAsync("HEAD", $"manifests/{subject.Digest}", null, Accepted).Answers(200);
        var file = await PushAsync(repository, Named.Random(20, "application/json"));
        await PushAsync(repository, Named.Empty);
        var manifest = Manifests.Image(Named.Empty, [file], subject, Sbom);
        var response = await repository.PutManifestAsync(manifest, manifest.Digest).Answers(201);
        Assert.Equal(subject.Digest, response.Header("OCI-Subject"));
        return manifest;
    }

    // oras: HEAD, POST, and one PUT with the whole blob.
    private async Task<Named> PushAsync(TestRepository repository, Named blob)
    {
        using var head = await repository.SendAsync("HEAD", $"blobs/{blob.Digest}");
        if (head.IsSuccessStatusCode)
            return blob;
        var upload = await repository.StartUploadAsync();
        await registry.Client.SendAsync(
            "PUT", $"{upload}?digest={Uri.EscapeDataString(blob.Digest)}", blob.Bytes, "Content-Type: application/octet-stream").Answers(201);
        return blob;
    }

    private static async Task<IEnumerable<string>> ReferrersAsync(TestRepository repository, string digest)
    {
        var response = await repository.GetAsync($"referrers/{digest}").Answers(200);
        Assert.Equal(MediaTypes.Index, response.Header("Content-Type"));
        return (await response.JsonAsync())["manifests"]!.AsArray().Select(entry => entry!["digest"]!.GetValue<string>());
    }
}

[Collection(nameof(OnSqlite))]
public sealed class OrasRequestTestsOnSqlite(OnSqlite registry) : OrasRequestTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class OrasRequestTestsOnPostgres(OnPostgres registry) : OrasRequestTests(registry);
