using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Testing;

/// <summary>One real server process, as an operator starts it.</summary>
public sealed partial class RegistryProcess : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RegistryClient? _client;

    private RegistryProcess(IEnumerable<string> arguments)
        : this(Program, arguments)
    {
    }

    private RegistryProcess(string program, IEnumerable<string> arguments)
    {
        _process = new Process
        {
            // Ctrl-C reaches it even where these tests were started in the background, which ignores it for all below.
            StartInfo = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["ORLEANSREGISTRY_Listen__AccessLog"] = "off" },
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) =>
        {
            HasEnded = true;
            _listening.TrySetException(new InvalidOperationException("The server ended."));
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything that the process wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public RegistryClient Client => _client!;

    public bool HasEnded { get; private set; }

    /// <summary>The number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Bytes of memory that are the process's own right now.</summary>
    public long ResidentBytes
    {
        get
        {
            var status = File.ReadAllText($"/proc/{_process.Id}/status");
            return 1024 * long.Parse(ResidentAnonymous.Match(status).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    // What ./check has compiled ahead of time, or the build's own: tests of a Release build run the Release server.
    private static string Program => Path.Combine(
        Environment.GetEnvironmentVariable("REGISTRY_TEST_SERVER") ?? Path.Combine(
            Checkout.Root, "src/Silo/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0"),
        "orleans-registry");

    /// <summary>Starts a server that is expected to come up.</summary>
    public static Task<RegistryProcess> StartAsync(params IEnumerable<string> arguments) =>
        UpAsync(new(arguments), new SocketsHttpHandler());

    /// <summary>The same, asked by a client that connects in its own way.</summary>
    public static Task<RegistryProcess> StartAsync(SocketsHttpHandler handler, params IEnumerable<string> arguments) =>
        UpAsync(new(arguments), handler);

    /// <summary>Starts one where whatever is created is open to everybody, unless its creator says otherwise.</summary>
    public static Task<RegistryProcess> StartWithoutMaskAsync(params IEnumerable<string> arguments) => UpAsync(
        new("/bin/sh", ["-c", "umask 000; exec \"$0\" \"$@\"", Program, .. arguments]), new SocketsHttpHandler());

    private static async Task<RegistryProcess> UpAsync(RegistryProcess started, SocketsHttpHandler handler)
    {
        try
        {
            started._client = new RegistryClient(await started._listening.Task.WaitAsync(Longest), handler);
            using var answer = await started.Client.GetAsync("/v2/");
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, $"{answer.StatusCode}");
            return started;
        }
        catch (Exception exception)
        {
            await started.DisposeAsync();
            throw new InvalidOperationException($"The server did not start.\n{started.Output[..Math.Min(started.Output.Length, 4000)]}", exception);
        }
    }

    /// <summary>Begins to start a server, and waits for nothing.</summary>
    public static RegistryProcess Begin(params IEnumerable<string> arguments) => new(arguments);

    /// <summary>Runs a server that is expected to refuse the start.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        await using var started = new RegistryProcess(arguments);
        using var patience = new CancellationTokenSource(Longest);
        await started._process.WaitForExitAsync(patience.Token);
        return (started._process.ExitCode, started.Output);
    }

    /// <summary><c>kill -9</c>: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        HasEnded = true;
    }

    /// <summary>What a service manager sends first.</summary>
    public Task TerminateAsync() =>
        Command.RunAsync("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The exit code, once the process has ended by itself.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Longest);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<int> InterruptAsync()
    {
        await Command.RunAsync("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
        using var patience = new CancellationTokenSource(Longest);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _client?.Dispose();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        var match = ListeningOn.Match(line);
        if (match.Success)
            _listening.TrySetResult(new Uri(match.Groups[1].Value.Replace("0.0.0.0", "127.0.0.1")));
    }

    [GeneratedRegex(@"\AListening on (https?://\S+?)(?:,|\z)")]
    private static partial Regex ListeningOn { get; }

    [GeneratedRegex(@"^RssAnon:\s+([0-9]+) kB", RegexOptions.Multiline)]
    private static partial Regex ResidentAnonymous { get; }
}
