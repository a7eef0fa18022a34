using System.Data.Common;
using System.Diagnostics;

namespace OrleansRegistry.Bench.Sides;

/// <summary>A new database beside the one named by a connection string; disposing it drops it. Uses <c>psql</c>.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly DbConnectionStringBuilder _given;
    private readonly string _name = $"registry_bench_{Guid.NewGuid():N}";

    private PostgresDatabase(string connectionString)
    {
        _given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        ConnectionString = new DbConnectionStringBuilder
        {
            ConnectionString = connectionString,
            ["Database"] = _name,
        }.ConnectionString;
    }

    /// <summary>As given, but for the database.</summary>
    public string ConnectionString { get; }

    public static async Task<PostgresDatabase> CreateAsync(string connectionString)
    {
        PostgresDatabase database;
        try
        {
            database = new PostgresDatabase(connectionString);
        }
        catch (ArgumentException)
        {
            throw new BenchmarkException(
                "--postgres: expected a connection string such as \"Host=127.0.0.1;Username=registry;Database=registry\".");
        }

        await database.RunAsync($"create database {database._name}");
        return database;
    }

    public async ValueTask DisposeAsync() =>
        await RunAsync($"drop database if exists {_name} with (force)");

    // Not to be cancelled: a statement given up half-way would leave a database behind.
    private async Task RunAsync(string statement)
    {
        var command = new ProcessStartInfo("psql", ["-X", "-q", "-w", "-c", statement]) { RedirectStandardError = true };
        Set(command, "PGHOST", "Host", "Server");
        Set(command, "PGPORT", "Port");
        Set(command, "PGUSER", "Username", "User Id", "User Name", "User");
        Set(command, "PGPASSWORD", "Password", "Pwd");
        Set(command, "PGDATABASE", "Database", "DB");
        command.Environment["PGCONNECT_TIMEOUT"] = "5";
        command.Environment["PGOPTIONS"] = "-c client_min_messages=warning";
        try
        {
            using var psql = Process.Start(command)!;
            var problem = await psql.StandardError.ReadToEndAsync();
            await psql.WaitForExitAsync();
            if (psql.ExitCode != 0)
                throw new BenchmarkException($"PostgreSQL refused \"{statement}\": {problem.Trim()}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new BenchmarkException("--postgres needs psql, to make a database for each run (postgresql-client).");
        }
    }

    private void Set(ProcessStartInfo command, string variable, params string[] keywords)
    {
        foreach (var keyword in keywords)
        {
            if (_given.TryGetValue(keyword, out var value))
                command.Environment[variable] = value.ToString();
        }
    }
}
