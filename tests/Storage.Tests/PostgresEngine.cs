using System.Data.Common;
using Npgsql;

namespace OrleansRegistry.Storage.Tests;

/// <summary>A database on the server named by REGISTRY_TEST_DB, a connection string that may create
/// databases.</summary>
public sealed class PostgresEngine : Engine
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("REGISTRY_TEST_DB");
    private readonly List<string> _created = [];
    private NpgsqlDataSource? _forOrleans;

    public string ConnectionString { get; private set; } = "";

    public override DbDataSource ForOrleans => _forOrleans ??= NpgsqlDataSource.Create(ConnectionString);

    protected override string UuidType => "uuid";

    protected override string BytesType => "bytea";

    public override IDatabase Open() => new PostgresDatabase(ConnectionString);

    public override async Task<IDatabase> CreateEmptyAsync() => new PostgresDatabase(await CreateDatabaseAsync());

    public override void SkipIfAbsent() =>
        Assert.SkipWhen(Server is null, "REGISTRY_TEST_DB names no PostgreSQL server.");

    /// <summary>Runs a statement as the server's administrator, outside the database under test.</summary>
    public static async Task AdministerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Server!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    protected override async Task<bool> CreateAsync()
    {
        if (Server is null)
            return Environment.GetEnvironmentVariable("CI") != "true"
                ? false
                : throw new InvalidOperationException("CI must name a PostgreSQL server in REGISTRY_TEST_DB.");
        ConnectionString = await CreateDatabaseAsync();
        return true;
    }

    protected override async Task DropAsync()
    {
        if (_forOrleans is not null)
            await _forOrleans.DisposeAsync();
        foreach (var name in _created)
            await AdministerAsync($"drop database {name} with (force)");
    }

    /// <summary>Creates an empty database that goes with this engine. The answer is its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t_{Guid.NewGuid():N}";
        await AdministerAsync($"create database {name}");
        _created.Add(name);
        return new NpgsqlConnectionStringBuilder(Server!) { Database = name, Pooling = true }.ConnectionString;
    }
}
