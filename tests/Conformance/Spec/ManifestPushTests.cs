using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Source: OCI distribution-spec 1.1, "Pushing Manifests"; OCI image-spec; Docker image manifest v2.2.</summary>
public abstract class ManifestPushTests(RunningRegistry registry)
{
    private const int MaxBytes = 4 * 1024 * 1024;

    [Fact]
    public async Task A_pushed_manifest_says_where_it_is()
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        foreach (var reference in new[] { "v1", manifest.Digest })
        {
            var response = await repository.PutManifestAsync(manifest, reference).Answers(201);
            Assert.Contains($"{repository.Path}/manifests/", response.Header("Location"));
            Assert.Equal(manifest.Digest, response.Header("Docker-Content-Digest"));
            Assert.Equal(manifest.Bytes, await registry.Client.GetAsync(response.Header("Location")!).BytesAsync());
        }
    }

    [Fact]
    public async Task A_tag_moves_to_the_manifest_pushed_last()
    {
        var repository = registry.NewRepository();
        var older = await repository.PushImageAsync("latest");
        var newer = await repository.PushImageAsync("latest");
        Assert.Equal(newer.Digest, (await repository.GetAsync("manifests/latest").Answers(200)).Header("Docker-Content-Digest"));
        await repository.GetAsync($"manifests/{older.Digest}").Answers(200);
    }

    [Fact]
    public async Task Tags_may_come_with_a_push_by_digest()
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        var response = await repository.PutManifestAsync(manifest, $"{manifest.Digest}?tag=a&tag=b&tag=1.0").Answers(201);
        Assert.Equal(["1.0", "a", "b"], response.Header("OCI-Tag")!.Split(", ").Order(StringComparer.Ordinal));
        foreach (var tag in new[] { "a", "b", "1.0" })
            Assert.Equal(manifest.Digest, (await repository.GetAsync($"manifests/{tag}").Answers(200)).Header("Docker-Content-Digest"));
        using var refused = await repository.PutManifestAsync(manifest, $"{manifest.Digest}?tag=.bad");
        Assert.Equal(400, (int)refused.StatusCode);
    }

    [Fact]
    public async Task What_a_manifest_names_must_be_there_first()
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync(Named.Random(10, MediaTypes.Config));
        var absent = Named.Random(10, MediaTypes.Layer);
        var child = Named.Text("{}", MediaTypes.Manifest);
        foreach (var (manifest, missing) in new[]
        {
            (Manifests.Image(absent, []), absent),
            (Manifests.Image(config, [config, absent]), absent),
            (Manifests.Image(config, [absent.BySha512()]), absent.BySha512()),
            (Manifests.Image(config, [absent], mediaType: MediaTypes.DockerManifest), absent),
            (Manifests.Index([child]), child),
        })
        {
            var response = await repository.PutManifestAsync(manifest, "v1").Answers(400, "MANIFEST_BLOB_UNKNOWN");
            Assert.Contains(missing.Digest, (await response.ErrorAsync()).ToJsonString());
        }

        await repository.GetAsync("manifests/v1").Answers(404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData(MediaTypes.Manifest, MediaTypes.NonDistributable)]
    [InlineData(MediaTypes.DockerManifest, MediaTypes.DockerForeignLayer)]
    public async Task Layers_that_may_not_be_distributed_need_not_be_there(string manifestType, string layerType)
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync();
        await repository.PushManifestAsync(Manifests.Image(config, [Named.Random(9, layerType)], mediaType: manifestType), "v1");
    }

    [Fact]
    public async Task Images_without_layers_empty_blobs_and_artifacts_are_kept()
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync(Named.Random(10, MediaTypes.Config));
        await repository.PushManifestAsync(Manifests.Image(config, []), "no-layers");
        var nothing = await repository.PushBlobAsync(Named.Random(0, MediaTypes.Layer));
        await repository.PushManifestAsync(Manifests.Image(config, [nothing]), "empty-layer");
        await repository.PushBlobAsync(Named.Empty);
        var artifact = await repository.PushManifestAsync(Manifests.Artifact("application/vnd.example"), "artifact");
        Assert.Equal(artifact.Bytes, await repository.GetAsync("manifests/artifact").BytesAsync());
    }

    [Fact]
    public async Task Indexes_may_nest_and_may_be_empty()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync();
        var inner = await repository.PushManifestAsync(Manifests.Index([image]));
        var empty = await repository.PushManifestAsync(Manifests.Index([]));
        var outer = await repository.PushManifestAsync(Manifests.Index([inner, image, empty]), "nested");
        var response = await repository.GetAsync("manifests/nested").Answers(200);
        Assert.Equal(outer.Bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(MediaTypes.Index, response.Header("Content-Type"));
    }

    [Fact]
    public async Task Docker_images_and_lists_are_kept_as_they_are()
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync(Named.Random(10, MediaTypes.DockerConfig));
        var layer = await repository.PushBlobAsync(Named.Random(10, MediaTypes.DockerLayer));
        var image = await repository.PushManifestAsync(
            Manifests.Image(config, [layer], mediaType: MediaTypes.DockerManifest), "image");
        var list = await repository.PushManifestAsync(
            Manifests.Index([image], mediaType: MediaTypes.DockerList), "list");
        foreach (var (tag, pushed) in new[] { ("image", image), ("list", list) })
        {
            var response = await repository.GetAsync($"manifests/{tag}").Answers(200);
            Assert.Equal(pushed.MediaType, response.Header("Content-Type"));
            Assert.Equal(pushed.Digest, response.Header("Docker-Content-Digest"));
            Assert.Equal(pushed.Bytes, await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData(MaxBytes, 201)]
    [InlineData(MaxBytes + 1, 413)]
    public async Task A_manifest_has_at_most_4_MiB(int size, int status)
    {
        var repository = registry.NewRepository();
        var small = Manifests.Image(await repository.PushBlobAsync(), []);
        byte[] padded = [.. small.Bytes, .. Enumerable.Repeat((byte)' ', size - small.Bytes.Length)];
        var manifest = Named.Sha256(padded, MediaTypes.Manifest);
        await repository.PutManifestAsync(manifest, "large").Answers(status);
        using var streamed = await registry.Client.SendStreamAsync(
            "PUT", $"{repository.Path}/manifests/streamed", new Unmeasured(padded),
            $"Content-Type: {MediaTypes.Manifest}", "Transfer-Encoding: chunked");
        Assert.Equal(status, (int)streamed.StatusCode);
        if (status == 201)
            Assert.Equal(padded, await repository.GetAsync("manifests/large").BytesAsync());
    }

    [Theory]
    [InlineData(MediaTypes.DockerSchema1)]
    [InlineData(MediaTypes.DockerSchema1Signed)]
    [InlineData("application/json")]
    public async Task Docker_schema_1_is_refused(string contentType)
    {
        var repository = registry.NewRepository();
        var manifest = Named.Text(
            """{"schemaVersion":1,"name":"a","tag":"b","architecture":"amd64","fsLayers":[],"history":[]}""", contentType);
        await repository.PutManifestAsync(manifest, "old").Answers(400, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData("""{"schemaVersion":3,"config":{},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:../../../etc/passwd","size":1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"md5:00","size":1},"layers":[]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", MediaTypes.DockerList)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"config":null,"layers":null}""")]
    [InlineData("""{"schemaVersion":2,"config":"x","layers":[1]}""")]
    public async Task What_is_no_manifest_is_refused(string body, string type = MediaTypes.Manifest)
    {
        var repository = registry.NewRepository();
        await repository.PutManifestAsync(Named.Text(body, type), "bad").Answers(400, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData("config", 63)]
    [InlineData("layers[0]", 257)]
    [InlineData("manifests[0]", 1)]
    [InlineData("subject", 1)]
    public async Task A_size_that_is_not_that_of_what_is_here_is_refused_by_name(string place, int said)
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync(Named.Random(64, MediaTypes.Config));
        var layer = await repository.PushBlobAsync(Named.Random(256, MediaTypes.Layer));
        var image = await repository.PushManifestAsync(Manifests.Image(config, [layer]));
        var manifest = place.StartsWith("manifests", StringComparison.Ordinal)
            ? Manifests.Index([image])
            : Manifests.Image(config, [layer], place == "subject" ? image : null);
        var json = JsonNode.Parse(manifest.Bytes)!;
        var name = place.Split('[')[0];
        var described = json[name] is JsonArray array ? array[0]! : json[name]!;
        var (digest, size) = (described["digest"]!.GetValue<string>(), described["size"]!.GetValue<int>());
        described["size"] = said;

        var lying = Named.Text(json.ToJsonString(), manifest.MediaType);
        var refusal = await repository.PutManifestAsync(lying, "lying").Answers(400, "MANIFEST_INVALID");
        var error = await refusal.ErrorAsync();
        Assert.Equal($"'{place}' says that {digest} has {said} bytes; it has {size}.", error["message"]!.GetValue<string>());
        Assert.Equal(digest, error["detail"]!.GetValue<string>());
        await repository.PutManifestAsync(manifest, "honest").Answers(201);
    }

    [Fact]
    public async Task A_size_of_what_is_not_in_the_repository_is_nobodys_business()
    {
        var (repository, other) = (registry.NewRepository(), registry.NewRepository());
        var elsewhere = await other.PushImageAsync("v1");
        var config = await repository.PushBlobAsync(Named.Random(64, MediaTypes.Config));
        var manifest = Manifests.Image(config, [], elsewhere with { Bytes = [1, 2, 3] });
        await repository.PutManifestAsync(manifest, "v1").Answers(201);
    }

    [Theory]
    [InlineData("Layers")]
    [InlineData("layers")]
    public async Task A_manifest_that_clients_read_differently_is_refused(string name)
    {
        var repository = registry.NewRepository();
        var image = Manifests.Image(await repository.PushBlobAsync(), []);
        var text = Encoding.UTF8.GetString(image.Bytes);
        var ambiguous = Named.Text($"{text[..^1]},\"{name}\":[]}}", MediaTypes.Manifest);
        var refusal = await repository.PutManifestAsync(ambiguous, "v1").Answers(400, "MANIFEST_INVALID");
        Assert.Contains($"'{name}'", (await refusal.ErrorAsync())["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":null}""", MediaTypes.Index)]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json"}""", MediaTypes.Index)]
    public async Task An_index_of_nothing_may_say_so_as_Go_does(string body, string type)
    {
        var repository = registry.NewRepository();
        await repository.PutManifestAsync(Named.Text(body, type), "empty").Answers(201);
        Assert.Equal(body, await (await repository.GetAsync("manifests/empty").Answers(200)).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(10, 201)]
    [InlineData(32, 201)]
    [InlineData(33, 414)]
    [InlineData(500, 414)]
    public async Task A_manifest_takes_up_to_32_tags_at_once(int tags, int status)
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        var query = string.Join('&', Enumerable.Range(0, tags).Select(tag => $"tag=t{tag}"));
        var answer = await repository.SendAsync(
            "PUT", $"manifests/{manifest.Digest}?{query}", manifest.Bytes, $"Content-Type: {manifest.MediaType}")
            .Answers(status, status == 201 ? null : "MANIFEST_INVALID");
        if (status == 201)
            Assert.Equal(tags, answer.Headers.GetValues("OCI-Tag").Count());
        else
            Assert.Contains("at most 32", (await answer.ErrorAsync())["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_nested_beyond_reason_is_refused()
    {
        var repository = registry.NewRepository();
        var deep = new StringBuilder().Insert(0, "[", 100_000).Append(']', 100_000);
        var bomb = Named.Text($$"""{"schemaVersion":2,"layers":{{deep}}}""", MediaTypes.Manifest);
        await repository.PutManifestAsync(bomb, "bomb").Answers(400, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task A_digest_that_is_not_that_of_the_bytes_is_refused()
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        await repository.PutManifestAsync(manifest, Named.Random(1).Digest).Answers(400, "DIGEST_INVALID");
        await repository.PutManifestAsync(manifest, manifest.BySha512().Digest).Answers(201);
    }

    [Theory]
    [InlineData(".leading-dot")]
    [InlineData("-leading-dash")]
    [InlineData("with%20space")]
    [InlineData("with+plus")]
    [InlineData("a@sha256")]
    public async Task A_tag_must_be_one(string tag)
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        await repository.PutManifestAsync(manifest, tag).Answers(400);
    }

    [Fact]
    public async Task A_tag_may_have_128_characters_and_no_more()
    {
        var repository = registry.NewRepository();
        var manifest = Manifests.Image(await repository.PushBlobAsync(), []);
        await repository.PutManifestAsync(manifest, new string('T', 128)).Answers(201);
        await repository.PutManifestAsync(manifest, new string('T', 129)).Answers(400);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class ManifestPushTestsOnSqlite(OnSqlite registry) : ManifestPushTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class ManifestPushTestsOnPostgres(OnPostgres registry) : ManifestPushTests(registry);
