namespace OrleansRegistry.Conformance;

/// <summary>skopeo and podman sign here and verify here, unchanged.</summary>
public abstract class SigningClientTests : IAsyncLifetime
{
    private readonly RunningRegistry _registry;
    private Signer? _signer;

    protected SigningClientTests(RunningRegistry registry)
    {
        Needs.Program("skopeo");
        _registry = registry;
    }

    private Signer Signer => _signer!;

    public async ValueTask InitializeAsync() => _signer = await Signer.CreateAsync();

    [Fact]
    public async Task An_image_that_skopeo_signed_is_pulled_where_only_signed_images_may_be()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        await RealImage.PushAsync(from, "v1");
        await Signer.RefusesToPullAsync(from, from.Docker("v1"));

        await Signer.CopySignedAsync(from.Docker("v1"), to.Docker("v1"));
        var digest = await DigestOfAsync(to, "v1");
        Assert.Single(await to.SignaturesOfAsync(digest));
        await Signer.PullAsync(to, to.Docker("v1"));
        await Signer.PullAsync(to, to.Docker(digest));
    }

    [Fact]
    public async Task Signing_again_adds_and_copying_again_does_not()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        var image = await RealImage.PushAsync(from, "v1");
        await Signer.CopySignedAsync(from.Docker("v1"), to.Docker("v1"));
        await Signer.CopySignedAsync(to.Docker("v1"), to.Docker("v2"));
        Assert.Equal(2, (await to.SignaturesOfAsync(image.Digest)).Length);
        await Signer.CopyAsync(to.Docker("v1"), to.Docker("v3"));
        Assert.Equal(2, (await to.SignaturesOfAsync(image.Digest)).Length);
    }

    [Theory]
    [InlineData(MediaTypes.Index)]
    [InlineData(MediaTypes.DockerList)]
    public async Task An_index_is_signed_with_all_its_images(string mediaType)
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        Named[] images = [await RealImage.PushAsync(from), await RealImage.PushAsync(from), await RealImage.PushAsync(from)];
        var index = await from.PushManifestAsync(Manifests.Index(images, mediaType: mediaType), "all");
        await Signer.CopySignedAsync(from.Docker("all"), to.Docker("all"), "--all");
        foreach (var signed in images.Append(index))
        {
            Assert.Single(await to.SignaturesOfAsync(signed.Digest));
            Assert.Single(await to.LookasideOfAsync(signed.Digest));
        }

        await Signer.PullAsync(to, to.Docker("all"), "--all");
        await Signer.RefusesToPullAsync(from, from.Docker("all"), "--all");
    }

    [Fact]
    public async Task A_copy_in_another_repository_keeps_its_signatures()
    {
        var (from, to, further) = (_registry.NewRepository(), _registry.NewRepository(), _registry.NewRepository());
        Named[] images = [await RealImage.PushAsync(from), await RealImage.PushAsync(from)];
        var index = await from.PushManifestAsync(Manifests.Index(images), "all");
        await Signer.CopySignedAsync(from.Docker("all"), to.Docker("all"), "--all");
        await Signer.CopyAsync(to.Docker("all"), further.Docker("copied"), "--all");
        foreach (var signed in images.Append(index))
            Assert.Equal(await to.SignaturesOfAsync(signed.Digest), await further.SignaturesOfAsync(signed.Digest));

        // They speak of where they were made, and a policy that expects just that is content.
        await Signer.PullAsync(to, further.Docker("copied"), "--all");
        await Signer.RefusesToPullAsync(further, further.Docker("copied"), "--all");
    }

    [Fact]
    public async Task A_client_that_knows_only_lookaside_verifies_too()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        var image = await RealImage.PushAsync(from, "v1");
        await Signer.CopySignedAsync(from.Docker("v1"), to.Docker("v1"));

        using var relay = new ExtensionlessRelay(_registry.Client.Address);
        var behind = $"docker://{relay.Authority}/{to.Name}:v1";
        await Signer.RefusesToPullAsync(to, behind); // it looks into a directory of its own, and finds nothing
        Signer.UseLookaside(relay.Authority, $"http://{relay.Authority}/lookaside");
        await Signer.PullAsync(to, behind);
        await Signer.PullAsync(to, $"docker://{relay.Authority}/{to.Name}@{image.Digest}");

        await RemoveAndPushAgainAsync(to, image);
        await Signer.RefusesToPullAsync(to, behind);
    }

    [Fact]
    public async Task A_client_that_knows_only_lookaside_finds_the_good_one_of_many()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        var image = await RealImage.PushAsync(from, "v1");
        await Signer.CopyAsync(from.Docker("v1"), to.Docker("v1"));
        for (var count = 0; count < 20; count++)
            await to.SignAsync(image);
        await Signer.CopySignedAsync(from.Docker("v1"), to.Docker("v1"));

        using var relay = new ExtensionlessRelay(_registry.Client.Address);
        Signer.UseLookaside(relay.Authority, $"http://{relay.Authority}/lookaside");
        await Signer.PullAsync(to, $"docker://{relay.Authority}/{to.Name}:v1");
        await Signer.PullAsync(to, to.Docker("v1"));
    }

    [Fact]
    public async Task An_image_whose_signature_is_gone_is_refused()
    {
        var (from, to) = (_registry.NewRepository(), _registry.NewRepository());
        var image = await RealImage.PushAsync(from, "v1");
        await Signer.CopySignedAsync(from.Docker("v1"), to.Docker("v1"));
        await Signer.PullAsync(to, to.Docker("v1"));
        await RemoveAndPushAgainAsync(to, image);
        await Signer.RefusesToPullAsync(to, to.Docker("v1"));
    }

    [Fact]
    public async Task podman_signs_what_it_pushes_and_verifies_what_it_pulls()
    {
        Needs.Program("podman");
        var repository = _registry.NewRepository();
        var reference = $"{_registry.Client.Authority}/{repository.Name}:v1";
        var layer = Signer.Below("layer.tar");
        await File.WriteAllBytesAsync(layer, RealImage.Tar("Signed by podman.\n"));
        await PodmanAsync("import", layer, reference);
        await PodmanAsync("push", "--tls-verify=false", "--sign-by", Signer.Identity, reference);
        await PodmanAsync("rmi", reference);

        var digest = await DigestOfAsync(repository, "v1");
        Assert.Single(await repository.SignaturesOfAsync(digest));
        await PodmanAsync("pull", "--tls-verify=false", "--signature-policy", Signer.WritePolicy(repository), reference);

        var unsigned = _registry.NewRepository();
        await RealImage.PushAsync(unsigned, "v1");
        var (exitCode, _, error) = await Signer.TryPodmanAsync(
            "pull", "--tls-verify=false", "--signature-policy", Signer.WritePolicy(unsigned),
            $"{_registry.Client.Authority}/{unsigned.Name}:v1");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("signature", error, StringComparison.OrdinalIgnoreCase);
    }

    public async ValueTask DisposeAsync()
    {
        if (_signer is not null)
            await _signer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static async Task<string> DigestOfAsync(TestRepository repository, string tag) =>
        (await repository.SendAsync("HEAD", $"manifests/{tag}").Answers(200)).Header("Docker-Content-Digest")!;

    // The same image again, by somebody without the key.
    private async Task RemoveAndPushAgainAsync(TestRepository repository, Named image)
    {
        var copy = $"dir:{Signer.Below(Guid.NewGuid().ToString("N"))}";
        await Signer.CopyAsync(repository.Docker("v1"), copy, "--remove-signatures");
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        await Signer.CopyAsync(copy, repository.Docker("v1"));
        Assert.Equal(image.Digest, await DigestOfAsync(repository, "v1"));
    }

    private async Task PodmanAsync(params IEnumerable<string> arguments)
    {
        var (exitCode, output, error) = await Signer.TryPodmanAsync(arguments);
        Assert.True(exitCode == 0, $"podman {string.Join(' ', arguments)}\nended with {exitCode}.\n{output}{error}");
    }
}

[Collection(nameof(OnSqlite))]
public sealed class SigningClientTestsOnSqlite(OnSqlite registry) : SigningClientTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class SigningClientTestsOnPostgres(OnPostgres registry) : SigningClientTests(registry);
