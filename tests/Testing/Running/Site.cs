using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Testing;

/// <summary>Where a registry keeps its catalogue.</summary>
public enum CatalogueOn
{
    Sqlite,
    Postgres,
}

/// <summary>A data directory with its catalogue, and the nodes that serve it. Gone without a trace afterwards.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly List<(RegistryProcess Node, int Port)> _nodes = [];
    private readonly List<RegistryProcess> _ended = [];
    private readonly string? _database;

    private Site(string dataDirectory, string? database)
    {
        DataDirectory = dataDirectory;
        _database = database;
    }

    public string DataDirectory { get; }

    /// <summary>The directory that holds the data directory, and nothing else.</summary>
    public string Surroundings => Path.GetDirectoryName(DataDirectory)!;

    /// <summary>The catalogue on PostgreSQL, or null for the embedded one.</summary>
    public string? ConnectionString => _database is null ? null : TestDatabase.ConnectionString(_database, mostConnections: 30);

    public static async Task<Site> CreateAsync(CatalogueOn engine)
    {
        if (engine is CatalogueOn.Postgres)
            TestDatabase.Require();
        var directory = Directory.CreateTempSubdirectory("registry-").CreateSubdirectory("data");
        var database = engine is CatalogueOn.Postgres ? await TestDatabase.CreateAsync() : null;
        return new(directory.FullName, database);
    }

    /// <summary>Starts a node; several may serve one site on PostgreSQL. It takes the place of one that has ended.</summary>
    public Task<RegistryProcess> StartAsync(params IEnumerable<string> settings) => StartAsync(ConnectionString, settings);

    /// <summary>Starts a node that reaches its catalogue by another way.</summary>
    public Task<RegistryProcess> StartOnAsync(string connectionString) => StartAsync(connectionString, []);

    /// <summary>Begins to start a node that need not come up.</summary>
    public RegistryProcess Begin(params IEnumerable<string> settings) =>
        RegistryProcess.Begin(Arguments(FreePort(), ConnectionString, settings));

    /// <summary>Where the other nodes of the site reach one of them.</summary>
    public int SiloPortOf(RegistryProcess node)
    {
        lock (_nodes)
            return _nodes.Single(known => known.Node == node).Port;
    }

    /// <summary>Every file but the embedded database, relative to the data directory.</summary>
    public IReadOnlyList<string> ContentFiles() =>
        [.. Directory.EnumerateFiles(DataDirectory, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(DataDirectory, file))
            .Where(file => !file.StartsWith("registry.db", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>Bytes of uploads that are under way.</summary>
    public long UploadedBytes => new DirectoryInfo(Path.Combine(DataDirectory, "uploads"))
        .EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Select(known => known.Node).Concat(_ended))
            await node.DisposeAsync();
        if (_database is not null)
            await TestDatabase.DropAsync(_database);
        Directory.Delete(Surroundings, recursive: true);
    }

    private async Task<RegistryProcess> StartAsync(string? connectionString, IEnumerable<string> settings)
    {
        var port = TakeOver() ?? FreePort();
        var node = await RegistryProcess.StartAsync(Arguments(port, connectionString, settings));
        lock (_nodes)
            _nodes.Add((node, port));
        return node;
    }

    private IEnumerable<string> Arguments(int port, string? connectionString, IEnumerable<string> settings) =>
    [
        "--data", DataDirectory, "--listen", "http://127.0.0.1:0", $"--Cluster:SiloPort={port}",
        .. connectionString is null ? [] : new[] { "--postgres", connectionString }, .. settings,
    ];

    private int? TakeOver()
    {
        lock (_nodes)
        {
            if (_nodes.FindIndex(known => known.Node.HasEnded) is not (>= 0 and var ended))
                return null;
            var (node, port) = _nodes[ended];
            _nodes.RemoveAt(ended);
            _ended.Add(node);
            return port;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
