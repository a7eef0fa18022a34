namespace OrleansRegistry.Conformance;

/// <summary>podman works unchanged.</summary>
public abstract class PodmanTests : IDisposable
{
    private readonly RunningRegistry _registry;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("podman-");

    protected PodmanTests(RunningRegistry registry)
    {
        Needs.Program("podman");
        _registry = registry;
    }

    [Theory]
    [InlineData("oci", MediaTypes.Manifest)]
    [InlineData("v2s2", MediaTypes.DockerManifest)]
    public async Task A_pushed_image_is_pulled_again_as_it_was(string format, string mediaType)
    {
        var repository = _registry.NewRepository();
        var reference = $"{_registry.Client.Authority}/{repository.Name}:v1";
        var layer = Path.Combine(_directory.FullName, "layer.tar");
        await File.WriteAllBytesAsync(layer, RealImage.Tar($"Pushed as {format}.\n"));
        await RunAsync("import", layer, reference);
        var id = await IdAsync(reference);

        await RunAsync("push", "--tls-verify=false", "--format", format, reference);
        Assert.Equal(mediaType, (await repository.GetAsync("manifests/v1").Answers(200)).Header("Content-Type"));

        await RunAsync("rmi", reference);
        await RunAsync("pull", "--tls-verify=false", reference);
        Assert.Equal(id, await IdAsync(reference));
    }

    [Fact]
    public async Task An_image_is_pulled_by_digest()
    {
        var repository = _registry.NewRepository();
        var image = await RealImage.PushAsync(repository);
        var reference = $"{_registry.Client.Authority}/{repository.Name}@{image.Digest}";
        await RunAsync("pull", "--tls-verify=false", reference);
        Assert.Contains(image.Digest, await RunAsync("image", "inspect", "--format", "{{.Digest}}", reference));
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private Task<string> IdAsync(string reference) => RunAsync("image", "inspect", "--format", "{{.Id}}", reference);

    // With storage of its own, and nothing that a container forbids.
    private Task<string> RunAsync(params IEnumerable<string> arguments) => Command.RunAsync(
        "podman",
        [
            "--root", $"{_directory.FullName}/root", "--runroot", $"{_directory.FullName}/run",
            "--tmpdir", $"{_directory.FullName}/tmp", "--storage-driver", "vfs", "--events-backend", "file",
            "--cgroup-manager", "cgroupfs", .. arguments,
        ]);
}

[Collection(nameof(OnSqlite))]
public sealed class PodmanTestsOnSqlite(OnSqlite registry) : PodmanTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class PodmanTestsOnPostgres(OnPostgres registry) : PodmanTests(registry);
