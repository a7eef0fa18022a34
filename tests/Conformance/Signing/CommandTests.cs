namespace OrleansRegistry.Conformance;

/// <summary>The command that creates a signing service where no node runs.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task A_service_that_the_command_created_is_there_when_a_node_starts(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        string[] settings =
        [
            "--data", site.DataDirectory,
            .. site.ConnectionString is { } connection ? new[] { "--postgres", connection } : [],
        ];
        string[] add = ["signing-service", "add", "release", "--kind", "openpgp", "--generate", "ed25519", .. settings];
        var (exitCode, output) = await RegistryProcess.RunAsync(add);
        Assert.True(exitCode == 0, output);
        Assert.StartsWith("release: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", output, StringComparison.Ordinal);

        (exitCode, output) = await RegistryProcess.RunAsync(add);
        Assert.Equal((1, "There is a signing service 'release' already."), (exitCode, output.Trim()));

        var node = await site.StartAsync();
        var services = (await node.Client.ReadAsync("/pulp/api/v3/signing-services/?name=release"))["results"]!.AsArray();
        var repository = node.Client.NewRepository();
        await repository.PushImageAsync("v1");
        await node.Client.CompleteAsync(await node.Client.SignAsync(
            await repository.HrefAsync(), (string)Assert.Single(services)!["pulp_href"]!));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_says_what_there_is_and_starts_nothing(string ask)
    {
        var (exitCode, output) = await RegistryProcess.RunAsync([ask]);
        Assert.Equal(0, exitCode);
        Assert.Contains("signing-service add", output, StringComparison.Ordinal);
        Assert.Contains("--postgres", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Usage: signing-service add NAME", "signing-service")]
    [InlineData(2, "Usage: signing-service add NAME", "signing-service", "add", "x")]
    [InlineData(2, "--kind is one of openpgp, script, cosign", "signing-service", "add", "x", "--kind", "pgp")]
    [InlineData(2, "There is no file", "signing-service", "add", "x", "--kind", "openpgp", "--key-file", "/none")]
    [InlineData(2, "Unknown argument '--nonsense'", "signing-service", "add", "x", "--kind", "openpgp", "--nonsense", "1")]
    [InlineData(1, "Give a secret key to import", "signing-service", "add", "x", "--kind", "openpgp")]
    [InlineData(1, "Signing scripts are switched off", "signing-service", "add", "x", "--kind", "script", "--script", "/bin/true")]
    public async Task What_is_wrong_with_the_command_is_said(int expected, string said, params string[] arguments)
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var data = arguments.Length > 3 ? new[] { "--data", site.DataDirectory } : [];
        var (exitCode, output) = await RegistryProcess.RunAsync([.. arguments, .. data]);
        Assert.Equal(expected, exitCode);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }
}
