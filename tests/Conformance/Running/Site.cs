using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansRegistry.Conformance;

/// <summary>Where a registry keeps its catalogue.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>A data directory with its catalogue, and the nodes that serve it. Gone without a trace afterwards.</summary>
internal sealed class Site : IAsyncDisposable
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("REGISTRY_TEST_DB");

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
    public string? ConnectionString => _database is null
        ? null
        : new NpgsqlConnectionStringBuilder(Server) { Database = _database, MaxPoolSize = 30 }.ConnectionString;

    public static async Task<Site> CreateAsync(Engine engine)
    {
        if (engine is Engine.Postgres)
            RequirePostgres();
        var directory = Directory.CreateTempSubdirectory("registry-").CreateSubdirectory("data");
        var database = engine is Engine.Postgres ? $"conformance_{Guid.NewGuid():N}" : null;
        if (database is not null)
            await AdministerAsync($"create database {database}");
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

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Select(known => known.Node).Concat(_ended))
            await node.DisposeAsync();
        if (_database is not null)
            await AdministerAsync($"drop database {_database} with (force)");
        Directory.Delete(Surroundings, recursive: true);
    }

    public static void RequirePostgres()
    {
        if (Server is null && Checkout.IsContinuousIntegration)
            Assert.Fail("REGISTRY_TEST_DB names no PostgreSQL server.");
        Assert.SkipWhen(Server is null, "REGISTRY_TEST_DB names no PostgreSQL server.");
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

    private static async Task AdministerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Server!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
