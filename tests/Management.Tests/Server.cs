using System.Diagnostics;
using OrleansRegistry.Storage;
using OrleansRegistry.Storage.Tests;

namespace OrleansRegistry.Management.Tests;

/// <summary>The real server as a process of its own, on an empty database.</summary>
public abstract class Server(Engine engine, bool isPostgres) : IAsyncLifetime
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("registry-management-").FullName;
    private readonly Lock _reading = new();
    private readonly List<string> _log = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private HttpClient? _http;
    private string? _connection;

    /// <summary>The server's own client; asking for it skips the test where there is no database.</summary>
    public HttpClient Http
    {
        get
        {
            engine.SkipIfAbsent();
            return _http!;
        }
    }

    /// <summary>Where the server keeps its files.</summary>
    public string DataDirectory => _directory;

    /// <summary>The line that the server logs, or has logged, with that in it.</summary>
    public async Task<string> LoggedAsync(string mark)
    {
        while (true)
        {
            Task more;
            lock (_reading)
            {
                if (_log.Find(line => line.Contains(mark, StringComparison.Ordinal)) is { } found)
                    return found;
                more = _more.Task;
            }

            await more.WaitAsync(LongestStart);
        }
    }

    /// <summary>The server's own catalogue, for what no client can bring about.</summary>
    public IDatabase OpenCatalogue() => isPostgres
        ? new PostgresDatabase(_connection!)
        : new SqliteDatabase(Path.Combine(_directory, "registry.db"));

    /// <summary>Where programs may be that sign; asking for it skips the test where there is no database.</summary>
    public string Scripts
    {
        get
        {
            engine.SkipIfAbsent();
            return Path.Combine(_directory, "scripts");
        }
    }

    public PulpClient Pulp => field ??= new(Http);

    public async ValueTask InitializeAsync()
    {
        await engine.InitializeAsync();
        if (!engine.IsThere)
            return;
        var program = Path.Combine(AppContext.BaseDirectory, "orleans-registry.dll");
        Directory.CreateDirectory(Scripts);
        List<string> arguments =
        [
            program, "--data", _directory, "--listen", "http://127.0.0.1:0",
            $"--Signing:ScriptDirectories:0={Scripts}", "--Signing:ScriptTimeout=00:00:05",
        ];
        if (isPostgres)
            arguments.AddRange(["--postgres", _connection = await ((PostgresEngine)engine).CreateDatabaseAsync()]);
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
        })!;
        var address = await AddressOf(_process).WaitAsync(LongestStart);
        _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http?.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        await engine.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    // The output is read to its end: a full pipe would hold the server up.
    private Task<Uri> AddressOf(Process process)
    {
        const string Mark = "Listening on ";
        var address = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null)
                address.TrySetException(new InvalidOperationException("The server ended before it listened."));
            else if (output.Data.StartsWith(Mark, StringComparison.Ordinal))
                address.TrySetResult(new(output.Data[Mark.Length..].Split(',')[0]));
            else
                Keep(output.Data);
        };
        process.BeginOutputReadLine();
        return address.Task;
    }

    private void Keep(string line)
    {
        lock (_reading)
        {
            _log.Add(line);
            _more.SetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

public sealed class SqliteServer() : Server(new SqliteEngine(), isPostgres: false);

public sealed class PostgresServer() : Server(new PostgresEngine(), isPostgres: true);
