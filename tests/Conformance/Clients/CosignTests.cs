using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>cosign works unchanged: 2 keeps signatures under a tag, 3 in a bundle that refers to the image.</summary>
public abstract class CosignTests(RunningRegistry registry) : IDisposable
{
    private readonly Workplace _workplace = new();

    [Theory]
    [InlineData("cosign-2")]
    [InlineData("cosign-3")]
    public async Task An_image_verifies_once_it_is_signed(string cosign)
    {
        var (repository, reference) = await PushAsync(cosign);
        Assert.Contains("no signatures found", await _workplace.RefuseAsync(cosign, Verify("verify", reference)));
        await _workplace.RunAsync(cosign, Sign("sign", cosign, reference));
        await _workplace.RunAsync(cosign, Verify("verify", reference));
        Assert.Equal(cosign == "cosign-2" ? 1 : 0, await CompanionsAsync(repository));
    }

    [Theory]
    [InlineData("cosign-2")]
    [InlineData("cosign-3")]
    public async Task An_image_verifies_once_it_is_attested(string cosign)
    {
        var (_, reference) = await PushAsync(cosign);
        await File.WriteAllTextAsync(_workplace["predicate.json"], """{"tests":"passed"}""");
        await _workplace.RefuseAsync(cosign, Verify("verify-attestation", reference));
        await _workplace.RunAsync(
            cosign, [.. Sign("attest", cosign, reference), "--predicate", "predicate.json", "--type", "custom"]);
        await _workplace.RunAsync(cosign, [.. Verify("verify-attestation", reference), "--type", "custom"]);
        await _workplace.RefuseAsync(cosign, [.. Verify("verify-attestation", reference), "--type", "slsaprovenance"]);
    }

    [Theory]
    [InlineData("cosign-2")]
    [InlineData("cosign-3")]
    public async Task What_vouches_for_an_image_leaves_with_it(string cosign)
    {
        var (repository, reference) = await PushAsync(cosign);
        await File.WriteAllTextAsync(_workplace["predicate.json"], "{}");
        await _workplace.RunAsync(cosign, Sign("sign", cosign, reference));
        await _workplace.RunAsync(cosign, [.. Sign("attest", cosign, reference), "--predicate", "predicate.json"]);
        var digest = reference[(reference.IndexOf('@') + 1)..];
        var vouching = await CompanionsAsync(repository) + (await ReferrersAsync(repository, digest)).Count;
        Assert.Equal(2, vouching);

        await repository.SendAsync("DELETE", $"manifests/{digest}").Answers(202);
        Assert.Equal(0, await CompanionsAsync(repository));
        Assert.Empty(await ReferrersAsync(repository, digest));
        await _workplace.RefuseAsync(cosign, Verify("verify", reference));
    }

    [Theory]
    [InlineData("cosign-2")]
    [InlineData("cosign-3")]
    public async Task What_the_server_signs_verifies_and_leaves_with_its_image(string cosign)
    {
        var (repository, reference) = await PushAsync(cosign);
        var service = await registry.Client.CreateCosignKeyAsync(attachment: "both");
        await File.WriteAllTextAsync(_workplace["cosign.pub"], (string)service["public_key"]!);
        await registry.Client.CompleteAsync(
            await registry.Client.SignAsync(await repository.HrefAsync(), (string)service["pulp_href"]!));
        await _workplace.RunAsync(cosign, Verify("verify", reference));

        var digest = reference[(reference.IndexOf('@') + 1)..];
        Assert.Equal((1, 1), (await CompanionsAsync(repository), (await ReferrersAsync(repository, digest)).Count));
        await repository.SendAsync("DELETE", $"manifests/{digest}").Answers(202);
        Assert.Equal((0, 0), (await CompanionsAsync(repository), (await ReferrersAsync(repository, digest)).Count));
    }

    public void Dispose()
    {
        _workplace.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An image in a repository of its own, a key to sign it with, and the image's reference.</summary>
    private async Task<(TestRepository Repository, string Reference)> PushAsync(string cosign)
    {
        Needs.Program(cosign);
        await _workplace.RunAsync(cosign, "generate-key-pair");
        var repository = registry.NewRepository();
        var image = await RealImage.PushAsync(repository, "v1");
        return (repository, $"{registry.Client.Authority}/{repository.Name}@{image.Digest}");
    }

    // There is no log to write to: an air-gapped site has none either.
    private static IEnumerable<string> Sign(string command, string cosign, string reference) =>
    [
        command, "--yes", "--key", "cosign.key", "--allow-http-registry", "--tlog-upload=false",
        .. cosign == "cosign-2" ? [] : new[] { "--use-signing-config=false" }, reference,
    ];

    private static IEnumerable<string> Verify(string command, string reference) =>
        [command, "--key", "cosign.pub", "--allow-http-registry", "--insecure-ignore-tlog=true", reference];

    /// <summary>How many tags there are beside the image's own.</summary>
    private async Task<int> CompanionsAsync(TestRepository repository) =>
        (await Paging.ReadAsync(registry.Client, $"{repository.Path}/tags/list", "tags")).Sum(page => page.Count(tag => tag != "v1"));

    private static async Task<JsonArray> ReferrersAsync(TestRepository repository, string digest) =>
        (await (await repository.GetAsync($"referrers/{digest}").Answers(200)).JsonAsync())["manifests"]!.AsArray();
}

[Collection(nameof(OnSqlite))]
public sealed class CosignTestsOnSqlite(OnSqlite registry) : CosignTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class CosignTestsOnPostgres(OnPostgres registry) : CosignTests(registry);
