namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Images that cosign itself signed in another registry, in each of its forms, and keys of cosign that are trusted.</summary>
public sealed class CosignUpstreamTests(SqliteServer server, PostgresServer other) : SyncScenario(server)
{
    [Theory]
    [InlineData("cosign-2", "--registry-referrers-mode=legacy", "--new-bundle-format=false", "--experimental-oci11=false")]
    [InlineData("cosign-2", "--registry-referrers-mode=oci-1-1", "--new-bundle-format=false", "--experimental-oci11=true")]
    [InlineData("cosign-3", "--use-signing-config=false", "--use-signing-config=false", "--experimental-oci11=false")]
    public async Task Only_images_are_taken_that_one_of_the_keys_signed(
        string cosign, string signing, string attesting, string verifying)
    {
        Needs.Program(cosign);
        using var place = new Workplace();
        foreach (var key in new[] { "trusted", "other" })
            await place.RunAsync(cosign, "generate-key-pair", "--output-key-prefix", key);
        await File.WriteAllTextAsync(place["predicate.json"], "{}");
        var name = Unique("origin/");
        foreach (var tag in new[] { "signed", "by-another", "attested", "unsigned" })
            await Push.ImageAsync(other.Http, name, tag, $"{name}{tag}");
        await SignAsync("signed", "other", "sign", signing);
        await SignAsync("signed", "trusted", "sign", signing);
        await SignAsync("by-another", "other", "sign", signing);
        await SignAsync("attested", "trusted", "attest", attesting, "--predicate", "predicate.json");

        var remote = (string)(await Pulp.CallAsync(Remotes + "create", body: Body(
            ("name", Unique("remote")), ("url", other.Http.BaseAddress!.ToString()), ("upstream_name", name),
            ("trusted_keys", Array(await File.ReadAllTextAsync(place["trusted.pub"]))))))["pulp_href"]!;
        await SyncAsync(remote, ("signed_only", true));
        Assert.Equal(["signed"], (await NamesAsync()).Where(tag => !tag.StartsWith("sha256-", StringComparison.Ordinal)));
        Assert.Equal("bad_signature", await ReasonAsync("by-another"));
        Assert.Contains(
            "none of the trusted keys made it", (string?)(await ReportAsync("by-another"))["message"], StringComparison.Ordinal);
        Assert.Equal("not_signed", await ReasonAsync("attested"));
        Assert.Equal("not_signed", await ReasonAsync("unsigned"));

        var copy = await ServeAsync();
        var digest = (string)(await ReportAsync("signed"))["digest"]!;
        await place.RunAsync(
            cosign,
            "verify", "--key", "trusted.pub", "--allow-http-registry", "--insecure-ignore-tlog=true", verifying,
            $"{Http.BaseAddress!.Authority}/{copy}@{digest}");

        // There is no log to write to: an air-gapped site has none either.
        Task<string> SignAsync(string tag, string key, string command, params string[] options) => place.RunAsync(
            "env",
            [
                "COSIGN_EXPERIMENTAL=1", cosign, command, "--yes", "--key", $"{key}.key", "--allow-http-registry",
                "--tlog-upload=false", .. options, $"{other.Http.BaseAddress!.Authority}/{name}:{tag}",
            ]);
    }
}
