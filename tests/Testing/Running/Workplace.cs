namespace OrleansRegistry.Testing;

/// <summary>A directory in which clients run, knowing nothing of whoever runs the tests.</summary>
public sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("client-");

    public string this[string file] => Path.Combine(_directory.FullName, file);

    public Task<string> RunAsync(string program, params IEnumerable<string> arguments) =>
        Command.RunAsync("env", Inside(program, arguments));

    /// <summary>Runs a program that is expected to refuse. The answer is what it said.</summary>
    public async Task<string> RefuseAsync(string program, params IEnumerable<string> arguments)
    {
        var (exitCode, output, error) = await Command.TryAsync("env", Inside(program, arguments));
        Assert.NotEqual(0, exitCode);
        return output + error;
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private IEnumerable<string> Inside(string program, IEnumerable<string> arguments) =>
    [
        "-C", _directory.FullName, $"HOME={_directory.FullName}", $"XDG_CONFIG_HOME={this["config"]}",
        "COSIGN_PASSWORD=secret", program, .. arguments,
    ];
}
