using System.Diagnostics;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// A task in the middle of its work, for as long as a test wants: it reads a blob whose file is a pipe. What changes the
/// repository waits behind it.
/// </summary>
internal sealed class HeldRepair : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FileStream _pipe;

    private HeldRepair(string repository, string task, FileStream pipe) =>
        (Repository, Task, _pipe) = (repository, task, pipe);

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
        var pipe = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var task = await server.Pulp.StartAsync("repositories_container_container_versions_repair", version, []);
        using var patience = new CancellationTokenSource(Patience);
        using var polls = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!IsReadElsewhere(file)) // what is written before would be lost
            await polls.WaitForNextTickAsync(patience.Token);
        return new(repository, task, pipe);
    }

    /// <summary>Lets the work go on to its end: the file has one byte.</summary>
    public void LetGo()
    {
        _pipe.Write(new byte[1]);
        _pipe.Dispose();
    }

    private static bool IsReadElsewhere(string file)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(
            process => int.TryParse(Path.GetFileName(process), out var id) && id != Environment.ProcessId))
            try
            {
                if (Directory.EnumerateFiles($"{process}/fd").Any(
                    open => File.ResolveLinkTarget(open, returnFinalTarget: false)?.FullName == file))
                    return true;
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // The process ended, or is somebody else's.
            }

        return false;
    }

    public ValueTask DisposeAsync()
    {
        File.Delete(_pipe.Name);
        return _pipe.DisposeAsync();
    }
}
