namespace OrleansRegistry.Conformance;

/// <summary>notation works unchanged.</summary>
public abstract class NotationTests : IDisposable
{
    private readonly RunningRegistry _registry;
    private readonly Workplace _workplace = new();

    protected NotationTests(RunningRegistry registry)
    {
        Needs.Program("notation");
        _registry = registry;
    }

    [Fact]
    public async Task An_image_verifies_once_it_is_signed_and_its_signature_leaves_with_it()
    {
        var repository = _registry.NewRepository();
        var image = await RealImage.PushAsync(repository, "v1");
        var reference = $"{_registry.Client.Authority}/{repository.Name}@{image.Digest}";
        await _workplace.RunAsync("notation", "cert", "generate-test", "--default", "tests.example.com");
        await TrustAsync("tests.example.com");

        await _workplace.RefuseAsync("notation", "verify", "--insecure-registry", reference);
        await _workplace.RunAsync("notation", "sign", "--insecure-registry", "--force-referrers-tag=false", reference);
        await _workplace.RunAsync("notation", "verify", "--insecure-registry", reference);
        Assert.Contains(
            "application/vnd.cncf.notary.signature",
            await _workplace.RunAsync("notation", "list", "--insecure-registry", reference));

        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        Assert.Empty(
            (await (await repository.GetAsync($"referrers/{image.Digest}").Answers(200)).JsonAsync())["manifests"]!.AsArray());
    }

    public void Dispose()
    {
        _workplace.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task TrustAsync(string store)
    {
        await File.WriteAllTextAsync(
            _workplace["policy.json"],
            $$"""
            {"version":"1.0","trustPolicies":[{"name":"tests","registryScopes":["*"],
            "signatureVerification":{"level":"strict"},"trustStores":["ca:{{store}}"],"trustedIdentities":["*"]}]}
            """);
        await _workplace.RunAsync("notation", "policy", "import", "policy.json");
    }
}

[Collection(nameof(OnSqlite))]
public sealed class NotationTestsOnSqlite(OnSqlite registry) : NotationTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class NotationTestsOnPostgres(OnPostgres registry) : NotationTests(registry);
