namespace OrleansRegistry.Conformance;

/// <summary>skopeo works unchanged.</summary>
public abstract class SkopeoTests : IDisposable
{
    private readonly RunningRegistry _registry;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("skopeo-");

    protected SkopeoTests(RunningRegistry registry)
    {
        Needs.Program("skopeo");
        _registry = registry;
    }

    [Fact]
    public async Task An_image_goes_out_and_comes_back_the_same()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        var image = await RealImage.PushAsync(from, "v1");
        await Skopeo.CopyAsync(from.Docker("v1"), Layout("image"));
        await Skopeo.CopyAsync(Layout("image"), to.Docker("v1"));
        Assert.Equal(image.Bytes, await to.GetAsync("manifests/v1").BytesAsync());
    }

    [Fact]
    public async Task An_image_is_copied_from_repository_to_repository()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        var image = await RealImage.PushAsync(from, "v1");
        await Skopeo.CopyAsync(from.Docker(image.Digest), to.Docker("copied"), "--preserve-digests");
        Assert.Equal(image.Bytes, await to.GetAsync("manifests/copied").BytesAsync());
    }

    [Fact]
    public async Task An_image_may_be_converted_to_Docker_schema_2_and_back()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        await RealImage.PushAsync(from, "oci");
        await Skopeo.CopyAsync(from.Docker("oci"), to.Docker("docker"), "--format", "v2s2");
        Assert.Equal(MediaTypes.DockerManifest, (await to.GetAsync("manifests/docker").Answers(200)).Header("Content-Type"));
        await Skopeo.CopyAsync(to.Docker("docker"), to.Docker("oci"), "--format", "oci");
        Assert.Equal(MediaTypes.Manifest, (await to.GetAsync("manifests/oci").Answers(200)).Header("Content-Type"));
        await Skopeo.CopyAsync(to.Docker("docker"), $"dir:{_directory.FullName}/docker");
        Assert.Equal(
            await to.GetAsync("manifests/docker").BytesAsync(),
            await File.ReadAllBytesAsync($"{_directory.FullName}/docker/manifest.json"));
    }

    [Theory]
    [InlineData(MediaTypes.Index)]
    [InlineData(MediaTypes.DockerList)]
    public async Task An_index_is_copied_with_all_its_images(string mediaType)
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        Named[] images = [await RealImage.PushAsync(from), await RealImage.PushAsync(from)];
        var index = await from.PushManifestAsync(Manifests.Index(images, mediaType: mediaType), "all");
        await Skopeo.CopyAsync(from.Docker("all"), $"dir:{_directory.FullName}/index", "--all");
        await Skopeo.CopyAsync($"dir:{_directory.FullName}/index", to.Docker("all"), "--all");
        Assert.Equal(index.Bytes, await to.GetAsync("manifests/all").BytesAsync());
        foreach (var image in images)
            Assert.Equal(image.Bytes, await to.GetAsync($"manifests/{image.Digest}").BytesAsync());
    }

    [Fact]
    public async Task An_image_is_inspected_and_its_tags_are_listed()
    {
        var repository = _registry.NewRepository();
        var image = await RealImage.PushAsync(repository, "v1");
        await repository.PutManifestAsync(image, "v2").Answers(201);
        var seen = await Skopeo.InspectAsync(repository.Docker("v1"));
        Assert.Equal(image.Digest, seen["Digest"]!.GetValue<string>());
        Assert.Equal("registry", seen["Labels"]!["team"]!.GetValue<string>());
        Assert.Equal(["v1", "v2"], seen["RepoTags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        var tags = await Skopeo.RunAsync("list-tags", "--tls-verify=false", $"docker://{_registry.Client.Authority}/{repository.Name}");
        Assert.Contains("\"v2\"", tags);
    }

    [Fact]
    public async Task An_image_is_deleted()
    {
        var repository = _registry.NewRepository();
        var image = await RealImage.PushAsync(repository, "v1");
        await Skopeo.RunAsync("delete", "--tls-verify=false", repository.Docker("v1"));
        await repository.GetAsync("manifests/v1").Answers(404, "MANIFEST_UNKNOWN");
        await repository.GetAsync($"manifests/{image.Digest}").Answers(404, "MANIFEST_UNKNOWN");
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private string Layout(string name) => $"oci:{_directory.FullName}/{name}:v1";
}

[Collection(nameof(OnSqlite))]
public sealed class SkopeoTestsOnSqlite(OnSqlite registry) : SkopeoTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class SkopeoTestsOnPostgres(OnPostgres registry) : SkopeoTests(registry);
