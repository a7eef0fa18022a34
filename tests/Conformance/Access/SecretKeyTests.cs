namespace OrleansRegistry.Conformance;

/// <summary>The file that the catalogue's secrets depend on: its loss is noticed at the start, and can be got over.</summary>
public sealed class SecretKeyTests
{
    private const string Asking = "--Access:Authentication=true";
    private const string Password = $"--Access:AdminPassword={GuardedRegistry.Password}";

    [Theory]
    [InlineData(CatalogueOn.Sqlite, null)]
    [InlineData(CatalogueOn.Postgres, 32)]
    [InlineData(CatalogueOn.Sqlite, 10)]
    public async Task A_lost_key_stops_the_start_until_what_it_sealed_is_forgotten(CatalogueOn engine, int? length)
    {
        await using var site = await Site.CreateAsync(engine);
        var first = await site.StartAsync(Asking, Password);
        await TokenAsync(first);
        await first.KillAsync();
        var file = Path.Combine(site.DataDirectory, "secret.key");
        File.Delete(file);
        if (length is { } bytes)
            await File.WriteAllBytesAsync(file, new byte[bytes]);

        string[] settings =
        [
            "--data", site.DataDirectory,
            .. site.ConnectionString is { } connection ? new[] { "--postgres", connection } : [],
        ];
        foreach (var command in new string[][]
        {
            [.. settings, "--listen", "http://127.0.0.1:0"],
            ["signing-service", "add", "x", "--kind", "openpgp", "--generate", "ed25519", .. settings],
        })
        {
            var (exitCode, output) = await RegistryProcess.RunAsync(command);
            Assert.Equal(1, exitCode);
            Assert.Contains(file, output, StringComparison.Ordinal);
            Assert.Contains("secret-key reset", output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }

        File.Delete(file);
        var (reset, said) = await RegistryProcess.RunAsync(["secret-key", "reset", .. settings]);
        Assert.True(reset == 0, said);
        await TokenAsync(await site.StartAsync(Asking, Password));
    }

    private static async Task TokenAsync(RegistryProcess node) => await node.Client.GetAsync(
        $"/token/?service={node.Client.Authority}", GuardedRegistry.As("admin")).Answers(200);
}
