namespace OrleansRegistry.Conformance;

/// <summary>Source: OCI distribution-spec 1.1, "Content Management".</summary>
public abstract class DeleteTests(RunningRegistry registry)
{
    [Fact]
    public async Task A_deleted_tag_is_gone_at_once_and_its_manifest_stays()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.PutManifestAsync(image, "v2").Answers(201);
        await repository.SendAsync("DELETE", "manifests/v1").Answers(202);
        await repository.GetAsync("manifests/v1").Answers(404, "MANIFEST_UNKNOWN");
        Assert.Equal([["v2"]], await Paging.ReadAsync(registry.Client, $"{repository.Path}/tags/list", "tags"));
        await repository.SendAsync("DELETE", "manifests/v2").Answers(202);
        await repository.GetAsync($"manifests/{image.Digest}").Answers(200);
        await repository.SendAsync("DELETE", "manifests/v1").Answers(404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deleted_manifest_is_gone_at_once_with_all_its_tags(bool bySha512)
    {
        var repository = registry.NewRepository();
        var image = Manifests.Image(await repository.PushBlobAsync(), []);
        image = bySha512 ? image.BySha512() : image;
        await repository.PutManifestAsync(image, $"{image.Digest}?tag=v1&tag=v2").Answers(201);
        var other = await repository.PushImageAsync("other");
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        foreach (var reference in new[] { image.Digest, "v1", "v2" })
        {
            await repository.GetAsync($"manifests/{reference}").Answers(404, "MANIFEST_UNKNOWN");
            await repository.SendAsync("HEAD", $"manifests/{reference}").Answers(404);
        }

        Assert.Equal([["other"]], await Paging.ReadAsync(registry.Client, $"{repository.Path}/tags/list", "tags"));
        await repository.GetAsync($"manifests/{other.Digest}").Answers(200);
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deleted_blob_is_gone_at_once(bool bySha512)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(bySha512 ? Named.Random(9).BySha512() : Named.Random(9));
        var elsewhere = registry.NewRepository();
        await elsewhere.PushBlobAsync(blob);
        await repository.SendAsync("DELETE", $"blobs/{blob.Digest}").Answers(202);
        await repository.GetAsync($"blobs/{blob.Digest}").Answers(404, "BLOB_UNKNOWN");
        await repository.SendAsync("HEAD", $"blobs/{blob.Digest}").Answers(404);
        await repository.SendAsync("DELETE", $"blobs/{blob.Digest}").Answers(404, "BLOB_UNKNOWN");
        Assert.Equal(blob.Bytes, await elsewhere.GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Fact]
    public async Task A_deleted_blob_of_an_image_is_gone_at_once()
    {
        var repository = registry.NewRepository();
        var layer = await repository.PushBlobAsync(Named.Random(9, MediaTypes.Layer));
        var config = await repository.PushBlobAsync();
        await repository.PushManifestAsync(Manifests.Image(config, [layer]), "v1");
        await repository.SendAsync("DELETE", $"blobs/{layer.Digest}").Answers(202);
        await repository.GetAsync($"blobs/{layer.Digest}").Answers(404, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task What_was_deleted_can_be_pushed_again()
    {
        var repository = registry.NewRepository();
        var config = await repository.PushBlobAsync();
        var image = await repository.PushManifestAsync(Manifests.Image(config, []), "v1");
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        await repository.PushBlobAsync(config);
        await repository.PushManifestAsync(image, "v1");
        Assert.Equal(image.Bytes, await repository.GetAsync("manifests/v1").BytesAsync());
        Assert.Equal(config.Bytes, await repository.GetAsync($"blobs/{config.Digest}").BytesAsync());
    }

    [Fact]
    public async Task An_image_that_an_index_lists_is_not_deleted_before_the_index()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("image");
        var index = await repository.PushManifestAsync(Manifests.Index([image]), "index");
        var refusal = await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(409, "DENIED");
        Assert.Contains($"{index.Digest} (index)", await refusal.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await repository.GetAsync("manifests/image").Answers(200);

        await repository.SendAsync("DELETE", "manifests/index").Answers(202);
        await repository.SendAsync("DELETE", $"manifests/{index.Digest}").Answers(202);
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
    }

    [Fact]
    public async Task An_image_that_an_index_lists_outlives_its_tag()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("image");
        var index = await repository.PushManifestAsync(Manifests.Index([image]), "index");
        await repository.SendAsync("DELETE", "manifests/image").Answers(202);
        await repository.GetAsync($"manifests/{image.Digest}").Answers(200);
        await repository.SendAsync("DELETE", $"manifests/{index.Digest}").Answers(202);
        await repository.GetAsync($"manifests/{image.Digest}").Answers(404);
    }

    [Theory]
    [InlineData("manifests/absent", "MANIFEST_UNKNOWN")]
    [InlineData("manifests/sha256:0000000000000000000000000000000000000000000000000000000000000000", "MANIFEST_UNKNOWN")]
    [InlineData("blobs/sha256:0000000000000000000000000000000000000000000000000000000000000000", "BLOB_UNKNOWN")]
    public async Task What_is_not_there_cannot_be_deleted(string path, string code)
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync("v1");
        await repository.SendAsync("DELETE", path).Answers(404, code);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class DeleteTestsOnSqlite(OnSqlite registry) : DeleteTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class DeleteTestsOnPostgres(OnPostgres registry) : DeleteTests(registry);
