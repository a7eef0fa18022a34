using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrleansRegistry.Bench.Management;

/// <summary>The catalogue of a server, reached beside it over a plain connection, and what differs between engines.</summary>
internal sealed class Catalogue(DbConnection connection) : IAsyncDisposable
{
    public bool IsPostgres => connection is NpgsqlConnection;

    public string Now => IsPostgres ? "now()" : "1800000000000000";

    public string Yes => IsPostgres ? "true" : "1";

    public static async Task<Catalogue> OpenAsync(string? postgres, string sqlite)
    {
        DbConnection connection = postgres is not null
            ? new NpgsqlConnection(postgres)
            : new SqliteConnection($"Data Source={sqlite};Pooling=false");
        await connection.OpenAsync();
        return new(connection);
    }

    /// <summary>An id of some kind: ids rise with the numbers.</summary>
    public string Id(int kind, string number) => IsPostgres
        ? $"lpad(to_hex({kind}::bigint * 1099511627776 + {number}), 32, '0')::uuid"
        : $"unhex(printf('%032x', {kind} * 1099511627776 + {number}))";

    public string Hex(string number, int digits) =>
        IsPostgres ? $"lpad(to_hex({number}), {digits}, '0')" : $"printf('%0{digits}x', {number})";

    public string Bytes => IsPostgres ? @"'\x00'" : "x'00'";

    public async Task RunAsync(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads all rows, and forgets them.</summary>
    public async Task<int> ReadAsync(string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var values = new object[reader.FieldCount];
        var rows = 0;
        for (; await reader.ReadAsync(); rows++)
            reader.GetValues(values);
        return rows;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
