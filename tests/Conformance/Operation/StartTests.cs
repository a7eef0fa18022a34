namespace OrleansRegistry.Conformance;

/// <summary>What the server cannot work with stops the start, and the operator reads why.</summary>
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("start-");

    // A path through a file cannot be made into a directory, not even by root.
    [Fact]
    public async Task A_data_directory_that_cannot_be_made_stops_the_start()
    {
        var file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        await RefusedAsync([$"--data={file}/data"], $"{file}/data");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=127.0.0.1;Nonsense=1")]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody;Timeout=3")]
    public async Task A_PostgreSQL_that_cannot_be_reached_stops_the_start(string connection) =>
        await RefusedAsync([$"--data={_directory.FullName}", "--postgres", connection], "PostgreSQL");

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        await RefusedAsync([$"--data={_directory.FullName}", $"--listen=http://{taken.LocalEndpoint}"], $"{taken.LocalEndpoint}");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task RefusedAsync(string[] arguments, string named)
    {
        string[] listening = arguments.Any(argument => argument.StartsWith("--listen", StringComparison.Ordinal))
            ? [] : ["--listen=http://127.0.0.1:0"];
        var (exitCode, output) = await RegistryProcess.RunAsync([.. arguments, .. listening]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, output);
        Assert.DoesNotContain("   at ", output);
    }
}
