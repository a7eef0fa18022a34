using System.Data.Common;
using Npgsql;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Testing;

/// <summary>A database on PostgreSQL.</summary>
public sealed class PostgresEngine : Engine
{
    private readonly List<string> _created = [];
    private NpgsqlDataSource? _forOrleans;

    public string ConnectionString { get; private set; } = "";

    public override DbDataSource ForOrleans => _forOrleans ??= NpgsqlDataSource.Create(ConnectionString);

    protected override string UuidType => "uuid";

    protected override string BytesType => "bytea";

    public override IDatabase Open() => new PostgresDatabase(ConnectionString);

    public override async Task<IDatabase> CreateEmptyAsync() =>
        new PostgresDatabase(Keep(await TestDatabase.CreateEmptyAsync()));

    public override void SkipIfAbsent() => TestDatabase.Require();

    protected override async Task<bool> CreateAsync()
    {
        if (!TestDatabase.IsThere)
            return false;
        ConnectionString = await CreateDatabaseAsync();
        return true;
    }

    protected override async Task DropAsync()
    {
        if (_forOrleans is not null)
            await _forOrleans.DisposeAsync();
        foreach (var name in _created)
            await TestDatabase.DropAsync(name);
    }

    /// <summary>Creates a database with the newest schema that goes with this engine. The answer is its connection string.</summary>
    public async Task<string> CreateDatabaseAsync() => Keep(await TestDatabase.CreateAsync());

    private string Keep(string name)
    {
        _created.Add(name);
        return TestDatabase.ConnectionString(name);
    }
}
