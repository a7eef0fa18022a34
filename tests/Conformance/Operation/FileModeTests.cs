using System.Runtime.Versioning;

namespace OrleansRegistry.Conformance;

/// <summary>What other users of the machine can do with the files of a registry.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileModeTests
{
    private const UnixFileMode Open =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task Whatever_the_mask_and_the_directory_files_are_for_their_owner_alone(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        File.SetUnixFileMode(site.DataDirectory, Open);
        await using (var node = await RegistryProcess.StartWithoutMaskAsync(Arguments(site)))
        {
            await FillAsync(site, node);
            await Eventually.TrueAsync(
                () => Task.FromResult(node.Output.Contains("chmod 700", StringComparison.Ordinal)), "the log warns");
            Assert.Empty(OpenEntries(site, SearchOption.AllDirectories));
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(site.DataDirectory, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(entry, Open);
        await using (await RegistryProcess.StartWithoutMaskAsync(Arguments(site)))
            Assert.Empty(OpenEntries(site, SearchOption.TopDirectoryOnly));
    }

    [Fact]
    public async Task A_directory_that_the_registry_makes_is_closed_and_there_is_nothing_to_warn_of()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        Directory.Delete(site.DataDirectory);
        await using var node = await RegistryProcess.StartWithoutMaskAsync(Arguments(site));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(site.DataDirectory) & Others);
        Assert.DoesNotContain("chmod", node.Output, StringComparison.Ordinal);
    }

    private static async Task FillAsync(Site site, RegistryProcess node)
    {
        var password = (await File.ReadAllTextAsync(Path.Combine(site.DataDirectory, "admin-password"))).Trim();
        var name = node.Client.NewRepository().Name;
        var blob = Named.Random(3000);
        await node.Client.SendAsync(
            "POST", $"/v2/{name}/blobs/uploads/?digest={blob.Digest}", blob.Bytes,
            GuardedRegistry.As("admin", password)).Answers(201);
        await node.Client.SendAsync(
            "POST", $"/v2/{name}/blobs/uploads/", null, GuardedRegistry.As("admin", password)).Answers(202);
    }

    private static string[] Arguments(Site site) =>
    [
        "--data", site.DataDirectory, "--listen", "http://127.0.0.1:0", "--Access:Authentication=true",
        .. site.ConnectionString is { } connection ? new[] { "--postgres", connection } : [],
    ];

    private static IEnumerable<string> OpenEntries(Site site, SearchOption depth) =>
        Directory.EnumerateFileSystemEntries(site.DataDirectory, "*", depth)
            .Where(entry => (File.GetUnixFileMode(entry) & Others) != UnixFileMode.None);
}
