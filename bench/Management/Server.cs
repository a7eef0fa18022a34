using System.Diagnostics;

namespace OrleansRegistry.Bench.Management;

/// <summary>The real server as a process, in a directory of its own.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly Process _process;

    private Server(Process process, string directory, Uri address)
    {
        (_process, Directory) = (process, directory);
        Http = new() { BaseAddress = address };
    }

    public string Directory { get; }

    public string DatabaseFile => Path.Combine(Directory, "registry.db");

    public HttpClient Http { get; }

    /// <summary>The highest resident memory of the process so far, in MiB.</summary>
    public long PeakMemory => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture) / 1024;

    public static async Task<Server> StartAsync(string? postgres)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("registry-bench-").FullName;
        string[] engine = postgres is null ? [] : ["--postgres", postgres];
        var process = Process.Start(new ProcessStartInfo(
            Program, ["--data", directory, "--listen", "http://127.0.0.1:0", .. engine])
        {
            RedirectStandardOutput = true,
        })!;
        const string Mark = "Listening on ";
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null)
                address.TrySetException(new InvalidOperationException("The server ended before it listened."));
            else if (output.Data.StartsWith(Mark, StringComparison.Ordinal))
                address.TrySetResult(new(output.Data[Mark.Length..].Split(',')[0]));
        };
        process.BeginOutputReadLine();
        return new(process, directory, await address.Task);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    // bench/Management/bin/Release/net10.0 is where this runs; the server's build lies alike.
    private static string Program
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            var root = own.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "src/Silo/bin", own.Parent!.Name, own.Name, "orleans-registry");
        }
    }
}
