namespace OrleansRegistry.Conformance;

/// <summary>Source: OCI distribution-spec 1.1, "Pull".</summary>
public abstract class PullTests(RunningRegistry registry)
{
    [Theory]
    [InlineData("/v2/")]
    [InlineData("/v2")]
    public async Task The_root_says_that_the_specification_is_spoken_here(string path) =>
        await registry.Client.GetAsync(path).Answers(200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_blob_comes_back_as_it_was_pushed(bool bySha512)
    {
        var repository = registry.NewRepository();
        var blob = Named.Random(100_000);
        blob = await repository.PushBlobAsync(bySha512 ? blob.BySha512() : blob);

        var response = await repository.GetAsync($"blobs/{blob.Digest}").Answers(200);
        Assert.Equal(blob.Bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(blob.Digest, response.Header("Docker-Content-Digest"));

        var head = await repository.SendAsync("HEAD", $"blobs/{blob.Digest}").Answers(200);
        Assert.Equal("100000", head.Header("Content-Length"));
        Assert.Equal(blob.Digest, head.Header("Docker-Content-Digest"));
    }

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1, "bytes 0-0/1000")]
    [InlineData("bytes=10-19", 206, 10, 10, "bytes 10-19/1000")]
    [InlineData("bytes=990-", 206, 990, 10, "bytes 990-999/1000")]
    [InlineData("bytes=-10", 206, 990, 10, "bytes 990-999/1000")]
    [InlineData("bytes=990-2000", 206, 990, 10, "bytes 990-999/1000")]
    [InlineData("bytes=1000-", 416, 0, 0, "bytes */1000")]
    [InlineData("bytes=5000-6000", 416, 0, 0, "bytes */1000")]
    public async Task A_range_of_a_blob_is_that_part_of_it(string range, int status, int first, int length, string answered)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));

        using var response = await repository.GetAsync($"blobs/{blob.Digest}", $"Range: {range}");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(answered, response.Header("Content-Range"));
        if (status < 400)
            Assert.Equal(blob.Bytes[first..(first + length)], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_manifest_is_found_by_tag_and_by_digest(bool bySha512)
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync();
        var manifest = Manifests.Image(config, []);
        manifest = await repository.PushManifestAsync(bySha512 ? manifest.BySha512() : manifest);
        await repository.SendAsync("PUT", $"manifests/{manifest.Digest}?tag=latest", manifest.Bytes).Answers(201);

        foreach (var reference in new[] { manifest.Digest, "latest" })
        {
            var response = await repository.GetAsync($"manifests/{reference}").Answers(200);
            Assert.Equal(manifest.Bytes, await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(manifest.Digest, response.Header("Docker-Content-Digest"));
            Assert.Equal(MediaTypes.Manifest, response.Header("Content-Type"));

            var head = await repository.SendAsync("HEAD", $"manifests/{reference}").Answers(200);
            Assert.Equal($"{manifest.Bytes.Length}", head.Header("Content-Length"));
            Assert.Equal(manifest.Digest, head.Header("Docker-Content-Digest"));
            Assert.Equal(MediaTypes.Manifest, head.Header("Content-Type"));
        }
    }

    [Fact]
    public async Task A_manifest_keeps_its_white_space()
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync();
        var compact = Manifests.Image(config, []);
        var spaced = Named.Text(
            $" {System.Text.Encoding.UTF8.GetString(compact.Bytes).Replace(",", " ,\r\n\t ")}\n\n", MediaTypes.Manifest);
        await repository.PushManifestAsync(spaced, "spaced");
        Assert.Equal(spaced.Bytes, await repository.GetAsync("manifests/spaced").BytesAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("application/json")]
    [InlineData(MediaTypes.Manifest)]
    [InlineData(MediaTypes.Index + ", " + MediaTypes.Manifest)]
    [InlineData(MediaTypes.DockerManifest + ";q=0.9, " + MediaTypes.Manifest + ";q=0.5")]
    [InlineData("text/html;q=0.9, */*;q=0.1")]
    [InlineData("=")]
    public async Task Accept_is_read_leniently(string? accept)
    {
        var repository = registry.NewRepository();
        var manifest = await repository.PushImageAsync("v1");
        string[] headers = accept is null ? [] : [$"Accept: {accept}"];
        var response = await repository.GetAsync("manifests/v1", headers).Answers(200);
        Assert.Equal(manifest.Digest, response.Header("Docker-Content-Digest"));
    }

    [Fact]
    public async Task What_a_digest_names_is_served_whatever_is_accepted()
    {
        var repository = registry.NewRepository();
        var manifest = await repository.PushImageAsync();
        await repository.GetAsync($"manifests/{manifest.Digest}", "Accept: text/plain").Answers(200);
    }

    [Theory]
    [InlineData("manifests/absent", "MANIFEST_UNKNOWN")]
    [InlineData("manifests/.INVALID_MANIFEST_NAME", "MANIFEST_UNKNOWN")]
    [InlineData("manifests/sha256:0000000000000000000000000000000000000000000000000000000000000000", "MANIFEST_UNKNOWN")]
    [InlineData("blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000", "BLOB_UNKNOWN")]
    public async Task What_is_not_there_is_unknown(string path, string code)
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync("v1");
        await repository.GetAsync(path).Answers(404, code);
        await repository.SendAsync("HEAD", path).Answers(404);
    }

    [Theory]
    [InlineData("manifests/latest")]
    [InlineData("tags/list")]
    [InlineData("blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_repository_that_nobody_pushed_to_is_unknown(string path) =>
        await registry.NewRepository().GetAsync(path).Answers(404, "NAME_UNKNOWN");

    [Fact]
    public async Task Knowing_a_digest_is_no_permission()
    {
        var owner = registry.NewRepository();
        var image = await owner.PushImageAsync("v1");
        var pending = await owner.PushBlobAsync();
        var layer = (await (await owner.GetAsync("manifests/v1")).JsonAsync())["layers"]![0]!["digest"]!.GetValue<string>();

        var stranger = registry.NewRepository();
        await stranger.PushImageAsync("v1");
        await stranger.GetAsync($"manifests/{image.Digest}").Answers(404, "MANIFEST_UNKNOWN");
        await stranger.GetAsync($"blobs/{layer}").Answers(404, "BLOB_UNKNOWN");
        await stranger.SendAsync("HEAD", $"blobs/{layer}").Answers(404);
        await stranger.GetAsync($"blobs/{pending.Digest}").Answers(404, "BLOB_UNKNOWN");
        await stranger.PutManifestAsync(image, "stolen").Answers(400, "MANIFEST_BLOB_UNKNOWN");
        var mount = await stranger.SendAsync("POST", $"blobs/uploads/?mount={layer}");
        Assert.Equal(202, (int)mount.StatusCode);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class PullTestsOnSqlite(OnSqlite registry) : PullTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class PullTestsOnPostgres(OnPostgres registry) : PullTests(registry);
