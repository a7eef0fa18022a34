using Npgsql;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Testing;

/// <summary>Databases on the server named by REGISTRY_TEST_DB, a connection string that may create databases.</summary>
public static class TestDatabase
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("REGISTRY_TEST_DB");
    private static readonly SemaphoreSlim Copying = new(1);
    private static string? _template;

    public static bool IsThere => Server is not null;

    /// <summary>Skips the test where there is no server.</summary>
    public static void Require() => Needs.Present(IsThere, "REGISTRY_TEST_DB names no PostgreSQL server.");

    /// <summary>Creates a database without tables. The answer is its name.</summary>
    public static async Task<string> CreateEmptyAsync()
    {
        var name = NewName();
        await AdministerAsync($"create database {name}");
        return name;
    }

    /// <summary>Creates a database with the newest schema. The answer is its name.</summary>
    public static async Task<string> CreateAsync()
    {
        var name = NewName();
        await Copying.WaitAsync(); // nobody may be connected to a database that is copied
        try
        {
            await AdministerAsync($"create database {name} template {_template ??= await CreateTemplateAsync()}");
        }
        finally
        {
            Copying.Release();
        }

        return name;
    }

    public static Task DropAsync(string name) => AdministerAsync($"drop database if exists {name} with (force)");

    public static string ConnectionString(string name, int? mostConnections = null)
    {
        var connection = new NpgsqlConnectionStringBuilder(Server!) { Database = name };
        if (mostConnections is { } most)
            connection.MaxPoolSize = most;
        return connection.ConnectionString;
    }

    /// <summary>Runs a statement as the server's administrator, outside the databases under test.</summary>
    public static async Task AdministerAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Server!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static string NewName() => $"t_{Guid.NewGuid():N}";

    private static async Task<string> CreateTemplateAsync()
    {
        var name = await CreateEmptyAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => DropAsync(name).GetAwaiter().GetResult();
        await using var database = new PostgresDatabase(ConnectionString(name));
        await Migrator.MigrateAsync(database);
        return name;
    }
}
