using System.Diagnostics;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// A task in the middle of its work, for as long as a test wants: it opens a blob whose file is a pipe that nobody writes
/// to. What changes the repository waits behind it.
/// </summary>
internal sealed class HeldRepair : IAsyncDisposable
{
    private readonly string _file;

    private FileStream? _pipe;

    private HeldRepair(string repository, string task, string file) => (Repository, Task, _file) = (repository, task, file);

    public string Repository { get; }

    public string Task { get; }

    /// <param name="server">The server.</param>
    /// <param name="repository">The href of a repository whose version 1 holds blobs that no other one holds.</param>
    public static async Task<HeldRepair> StartAsync(Server server, string repository)
    {
        Needs.System(OperatingSystem.IsLinux(), "pipes are files on Linux.");
        var version = $"{repository}versions/1/";
        var blobs = await server.Pulp.ListAsync("content_container_blobs_list", null, ("repository_version", version));
        var hex = ((string)blobs[0]["digest"]!).Split(':')[1];
        var file = Path.Combine(server.DataDirectory, "blobs", "sha256", hex[..2], hex);
        File.Delete(file);
        using var make = Process.Start("mkfifo", [file]);
        await make.WaitForExitAsync();
        var task = await server.Pulp.StartAsync("repositories_container_container_versions_repair", version, []);
        await Eventually.TrueAsync(
            async () => (string)(await server.Pulp.CallAsync("tasks_read", task))["state"]! == "running", "the repair runs");
        return new(repository, task, file);
    }

    /// <summary>Lets the work go on to its end: whoever opens the pipe from now on need not wait, nor who does already.</summary>
    public void LetGo() => _pipe ??= new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

    public ValueTask DisposeAsync()
    {
        LetGo();
        File.Delete(_file);
        return _pipe!.DisposeAsync();
    }
}
