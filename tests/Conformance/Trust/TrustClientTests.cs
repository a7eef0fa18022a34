using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>skopeo and podman where a trust policy holds, and by the policy that the server writes for them.</summary>
public abstract class TrustClientTests : IAsyncLifetime
{
    private readonly RunningRegistry _registry;
    private Signer? _signer;

    protected TrustClientTests(RunningRegistry registry)
    {
        Needs.Program("skopeo");
        Needs.Program("podman");
        _registry = registry;
    }

    private Signer Signer => _signer!;

    public async ValueTask InitializeAsync() => _signer = await Signer.CreateAsync();

    [Fact]
    public async Task Only_what_is_signed_is_pulled_and_the_refusal_says_why()
    {
        var (unsigned, signed) = await ImagesAsync();
        await HoldAsync(unsigned);
        await HoldAsync(signed);
        var (exitCode, _, error) = await Signer.TryPodmanAsync("pull", "--tls-verify=false", unsigned.Docker("v1"));
        Assert.NotEqual(0, exitCode);
        Assert.Contains("does not allow this image to be pulled", error, StringComparison.Ordinal);
        Assert.Contains("trust/explain/?id=", error, StringComparison.Ordinal);
        var pulled = await Signer.TryPodmanAsync("pull", "--tls-verify=false", signed.Docker("v1"));
        Assert.True(pulled.ExitCode == 0, pulled.Error);
        await Signer.CopyAsync(signed.Docker("all"), $"dir:{Signer.Below("all")}", "--all");
    }

    [Fact]
    public async Task Podman_takes_the_policy_that_the_server_writes_as_it_is()
    {
        var (unsigned, signed) = await ImagesAsync();
        var policy = await PolicyAsync(byName: true);
        var file = Signer.Below("client.json");
        using var written = await _registry.Client.GetAsync($"{policy}client/");
        await File.WriteAllTextAsync(file, await written.Content.ReadAsStringAsync());
        var refused = await Signer.TryPodmanAsync("pull", "--signature-policy", file, "--tls-verify=false", unsigned.Docker("v1"));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("signature", refused.Error, StringComparison.OrdinalIgnoreCase);
        var pulled = await Signer.TryPodmanAsync("pull", "--signature-policy", file, "--tls-verify=false", signed.Docker("v1"));
        Assert.True(pulled.ExitCode == 0, pulled.Error);

        using var keyring = await _registry.Client.GetAsync($"{policy}client/?form=keyring");
        await File.WriteAllTextAsync(Signer.Below("keyring.asc"), await keyring.Content.ReadAsStringAsync());
        Assert.Contains(Signer.Identity, await Signer.RunAsync("gpg", "--show-keys", Signer.Below("keyring.asc")), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await Signer.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // One repository with an image that nobody signed; and one with an image and an index that are signed.
    private async Task<(TestRepository Unsigned, TestRepository Signed)> ImagesAsync()
    {
        var (unsigned, signed) = (_registry.NewRepository(), _registry.NewRepository());
        Named[] images = [await RealImage.PushAsync(unsigned, "v1"), await RealImage.PushAsync(unsigned, "v2")];
        await unsigned.PushManifestAsync(Manifests.Index(images), "all");
        await Signer.CopySignedAsync(unsigned.Docker("v1"), signed.Docker("v1"));
        await Signer.CopySignedAsync(unsigned.Docker("all"), signed.Docker("all"), "--all");
        return (unsigned, signed);
    }

    private async Task<string> PolicyAsync(bool byName = false)
    {
        var armor = await Signer.RunAsync("gpg", "--armor", "--export", Signer.Identity);
        var requirement = new JsonObject { ["type"] = "signedBy", ["keyType"] = "GPGKeys" };
        if (byName)
        {
            await _registry.Client.PostAsync("/pulp/api/v3/signing-keys/", new() { ["public_key"] = armor });
            var listed = await Signer.RunAsync("gpg", "--with-colons", "--list-keys", Signer.Identity);
            requirement["keyFingerprint"] = listed.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        }
        else
            requirement["keyData"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(armor));
        return (string)(await _registry.Client.PostAsync("/pulp/api/v3/trust-policies/", new()
        {
            ["name"] = $"{Guid.NewGuid():N}",
            ["document"] = new JsonObject { ["default"] = new JsonArray(requirement) },
        }))["pulp_href"]!;
    }

    private async Task HoldAsync(TestRepository repository)
    {
        var found = await _registry.Client.ReadAsync(
            $"/pulp/api/v3/distributions/container/container/?base_path={repository.Name}");
        var answer = await _registry.Client.SendAsync(
            "PATCH", (string)found["results"]![0]!["pulp_href"]!,
            Encoding.UTF8.GetBytes(new JsonObject { ["trust_policy"] = await PolicyAsync() }.ToJsonString()),
            "Content-Type: application/json").Answers(202);
        await _registry.Client.CompleteAsync((string)(await answer.JsonAsync())["task"]!);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class TrustClientTestsOnSqlite(OnSqlite registry) : TrustClientTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class TrustClientTestsOnPostgres(OnPostgres registry) : TrustClientTests(registry);
