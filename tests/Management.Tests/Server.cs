using OrleansRegistry.Storage;

[assembly: AssemblyFixture(typeof(OrleansRegistry.Management.Tests.SqliteServer))]
[assembly: AssemblyFixture(typeof(OrleansRegistry.Management.Tests.PostgresServer))]

namespace OrleansRegistry.Management.Tests;

/// <summary>One real server for all tests on its engine: each works with names of its own.</summary>
public abstract class Server(CatalogueOn catalogue) : IAsyncLifetime
{
    private Site? _site;
    private RegistryProcess? _node;
    private HttpClient? _http;

    /// <summary>The server's own client; asking for it skips the test where there is no database.</summary>
    public HttpClient Http
    {
        get
        {
            if (_http is null)
                TestDatabase.Require();
            return _http!;
        }
    }

    public PulpClient Pulp => field ??= new(Http);

    /// <summary>Where the server keeps its files.</summary>
    public string DataDirectory => _site!.DataDirectory;

    /// <summary>Where exports may be written and imports read.</summary>
    public string Bundles => Path.Combine(DataDirectory, "bundles");

    /// <summary>Where programs may be that sign; asking for it skips the test where there is no database.</summary>
    public string Scripts => Http is not null ? Path.Combine(DataDirectory, "scripts") : "";

    /// <summary>The server's own catalogue, for what no client can bring about.</summary>
    public IDatabase OpenCatalogue() => _site!.ConnectionString is { } connection
        ? new PostgresDatabase(connection)
        : new SqliteDatabase(Path.Combine(DataDirectory, "registry.db"));

    /// <summary>The line that the server logs, or has logged, with that in it.</summary>
    public async Task<string> LoggedAsync(string mark)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () => Task.FromResult((found = _node!.Output.Split('\n').FirstOrDefault(line => line.Contains(mark))) is not null),
            $"the log says '{mark}'");
        return found!;
    }

    public async ValueTask InitializeAsync()
    {
        if (catalogue is CatalogueOn.Postgres && !TestDatabase.IsThere)
            return; // each test says so itself
        _site = await Site.CreateAsync(catalogue);
        Directory.CreateDirectory(Bundles);
        Directory.CreateDirectory(Path.Combine(DataDirectory, "scripts"));
        _node = await _site.StartAsync(
            $"--Signing:ScriptDirectories:0={Path.Combine(DataDirectory, "scripts")}", "--Signing:ScriptTimeout=00:00:05",
            "--Outgoing:Allow:0=127.0.0.1", $"--Exports:Paths:0={Bundles}", $"--Imports:Paths:0={Bundles}");
        _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _node.Client.Address };
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http?.Dispose();
        if (_site is not null)
            await _site.DisposeAsync();
    }
}

public sealed class SqliteServer() : Server(CatalogueOn.Sqlite);

public sealed class PostgresServer() : Server(CatalogueOn.Postgres);
