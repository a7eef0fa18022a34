using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrleansRegistry.Storage;

/// <summary>Connections to the embedded file for Orleans' own reminder and storage providers.</summary>
/// <remarks>
/// The durability and the wait for a lock belong to a connection and have no keyword in the connection string: they are
/// set at each opening. Commits are on the disk when they return, as everything else in the file; the traffic is small.
/// The providers' invariant is <c>System.Data.SQLite</c>, although the driver is Microsoft.Data.Sqlite.
/// </remarks>
public sealed class SqliteDataSource(string path) : DbDataSource
{
    private const string Settings = "pragma busy_timeout = 10000; pragma synchronous = full;";

    public override string ConnectionString { get; } = new SqliteConnectionStringBuilder
    {
        DataSource = Path.GetFullPath(path),
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = 30,
    }.ConnectionString;

    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    protected override DbConnection OpenDbConnection()
    {
        var connection = new SqliteConnection(ConnectionString);
        try
        {
            connection.Open();
            using var command = new SqliteCommand(Settings, connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(OpenDbConnection());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
        }

        base.Dispose(disposing);
    }
}
