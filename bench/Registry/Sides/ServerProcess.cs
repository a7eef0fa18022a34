using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrleansRegistry.Bench.Sides;

/// <summary>A child process that serves: its last words are kept, and disposing it ends it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int KeptLines = 15;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    public ServerProcess(ProcessStartInfo command)
    {
        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        _process = new Process { StartInfo = command };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        try
        {
            _process.Start();
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new BenchmarkException($"{command.FileName} can't be started: {problem.Message}");
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Memory = new ProcessMemory(_process.Id);
    }

    public ProcessMemory Memory { get; }

    /// <summary>What it has used of processors since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Of a process that has exited.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines it wrote: what to show when it didn't start.</summary>
    public string LastWords
    {
        get
        {
            lock (_lastLines)
                return string.Join('\n', _lastLines);
        }
    }

    /// <summary>Asks it to stop, waits, and kills it when it doesn't.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Terminate);
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
                _lastLines.Dequeue();
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
