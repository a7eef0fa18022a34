using System.Data.Common;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Testing;

/// <summary>One engine under the contract suite: an empty database of its own with a few tables to try things
/// on.</summary>
public abstract class Engine : IAsyncLifetime
{
    private IDatabase? _database;

    /// <summary>False where there is no server to test on.</summary>
    public bool IsThere => _database is not null;

    /// <summary>The database under test; asking for it skips the test where there is none.</summary>
    public IDatabase Database => _database ?? throw new InvalidOperationException("The engine was not started.");

    /// <summary>Connections as Orleans' providers get them.</summary>
    public abstract DbDataSource ForOrleans { get; }

    protected abstract string UuidType { get; }

    protected abstract string BytesType { get; }

    /// <summary>Another handle on the same database, as a second process has it.</summary>
    public abstract IDatabase Open();

    /// <summary>Another, empty database.</summary>
    public abstract Task<IDatabase> CreateEmptyAsync();

    public abstract void SkipIfAbsent();

    public async ValueTask InitializeAsync()
    {
        if (!await CreateAsync())
            return;
        _database = Open();
        await Migrator.MigrateAsync(_database);
        await RunAsync(
            $"""
            create table thing (
              id {UuidType} primary key, name text constraint thing_name_unique unique, number bigint, small integer,
              flag boolean, bytes {BytesType}, moment {_database.Dialect.TimeType},
              constraint thing_small_positive check (small >= 0));
            create table owned (id {UuidType} primary key,
                thing {UuidType} not null references thing on delete cascade);
            create table guarded (id {UuidType} primary key,
                thing {UuidType} not null references thing on delete restrict);
            create table deferred (
              id {UuidType} primary key, thing {UuidType} not null references thing deferrable initially deferred);
            """);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_database is null)
            return;
        await _database.DisposeAsync();
        await DropAsync();
    }

    /// <summary>Runs one statement in a transaction of its own; the answer is its rows.</summary>
    public Task<int> RunAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        SkipIfAbsent();
        return Database.TransactAsync(session => session.ExecuteAsync(new(sql, parameters)));
    }

    /// <summary>The one value of a query.</summary>
    public async Task<T> ReadAsync<T>(Func<Row, T> read, string sql, params (string Name, object? Value)[] parameters)
    {
        SkipIfAbsent();
        return Assert.Single(await Database.QueryAsync(new(sql, parameters), read));
    }

    public async Task<bool> ExistsAsync(Guid thing) =>
        await ReadAsync(row => row.Int64(0), "select count(*) from thing where id = @id", ("id", thing)) == 1;

    /// <returns>False where there is no server to create it on.</returns>
    protected abstract Task<bool> CreateAsync();

    protected abstract Task DropAsync();
}

public static class Things
{
    public static Statement Add(Guid id, string? name = null) =>
        new("insert into thing (id, name) values (@id, @name)", ("id", id), ("name", name));

    public static Statement Remove(Guid id) => new("delete from thing where id = @id", ("id", id));
}
