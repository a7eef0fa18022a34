using System.Data;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using Npgsql;

namespace OrleansRegistry.Storage;

/// <summary>The database of a cluster: one pool of connections, statements prepared by use.</summary>
/// <remarks>
/// A deadlock or serialization failure runs the work again, up to <see cref="MaxAttempts"/> times. A pooled connection
/// that died with its server is replaced, once, as long as no commit was sent: a restart of the server between two
/// requests is not seen by the second. Unless the connection string says otherwise, a node keeps to
/// <see cref="MaxConnections"/>: three nodes must fit into the hundred that a server allows by default. And the server
/// ends a transaction that hears nothing for <see cref="IdleInTransaction"/>: a node that froze, or was cut off, in the
/// middle of one gives its locks back, and the rest of the cluster goes on. Indexes are taken to be in memory or on a
/// solid disk: a planner that thinks of turning disks reads whole tables for a page of a list.
/// </remarks>
public sealed class PostgresDatabase : IDatabase
{
    private const int MaxAttempts = 8, MaxConnections = 28;

    private const string IdleInTransaction = "30s", RandomPage = "1.1";

    private readonly NpgsqlDataSource _source;
    private readonly YoungTables _young;

    public PostgresDatabase(string connectionString)
    {
        _source = NpgsqlDataSource.Create(WithDefaults(connectionString));
        _young = new(_source);
    }

    public Dialect Dialect { get; } = new PostgresDialect();

    public async ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await OpenAsync(cancellationToken);
            try
            {
                return await connection.ReadAsync(statement, read, cancellationToken);
            }
            catch (Exception exception)
            {
                var failure = PostgresErrors.Translate(exception, connectionLost: Remedy.Reconnect);
                if (failure == exception)
                    throw;
                if (!await CanMendAsync(failure, attempt, cancellationToken))
                    throw failure;
            }
        }
    }

    public async Task<T> TransactAsync<T>(
        Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(work, cancellationToken);
            }
            catch (DatabaseUnavailableException failure)
            {
                if (!await CanMendAsync(failure, attempt, cancellationToken))
                    throw;
            }
        }
    }

    public async Task PingAsync(CancellationToken cancellationToken = default) =>
        await QueryAsync(new("select 1"), row => row.Int32(0), cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> AttemptAsync<T>(Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var transaction =
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var session = new PostgresSession(connection);
        T result;
        try
        {
            result = await work(session);
        }
        catch when (session.Failure is DatabaseUnavailableException)
        {
            // Whatever the work made of it: this is what decides whether to run it again.
            throw session.Failure;
        }
        finally
        {
            session.Close();
        }

        // PostgreSQL answers the commit of a failed transaction by rolling it back, without an error.
        if (session.Failure is not null)
            ExceptionDispatchInfo.Throw(session.Failure);
        await CommitAsync(transaction);
        _young.Grow(session.Changed);
        return result;
    }

    // Not cancellable: giving up on the answer would leave the outcome unknown.
    private static async Task CommitAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            var failure = PostgresErrors.Translate(exception, connectionLost: Remedy.None);
            if (failure == exception)
                throw;
            throw failure is DatabaseUnavailableException { Remedy: not Remedy.RunAgain } unavailable
                ? new DatabaseUnavailableException(unavailable.Message, exception) { MayHaveCommitted = true }
                : failure;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            var failure = PostgresErrors.Translate(exception, connectionLost: Remedy.None);
            if (failure != exception)
                throw failure;
            // Whatever else keeps the server from letting us in: a password, a database closed for maintenance.
            if (exception is PostgresException refusal)
                throw new DatabaseUnavailableException(
                    $"PostgreSQL refuses the connection: {refusal.MessageText} ({refusal.SqlState})", refusal);
            throw;
        }
    }

    private async ValueTask<bool> CanMendAsync(Exception failure, int attempt, CancellationToken cancellationToken)
    {
        switch ((failure as DatabaseUnavailableException)?.Remedy)
        {
            case Remedy.RunAgain when attempt < MaxAttempts:
                // Rivals that collided must not meet again.
                await Task.Delay(Random.Shared.Next(1, 10 * attempt), cancellationToken);
                return true;
            case Remedy.Reconnect when attempt == 1:
                _source.Clear();
                return true;
            default:
                return false;
        }
    }

    private static string WithDefaults(string connectionString)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!Names("MaxAutoPrepare"))
            builder.MaxAutoPrepare = 64;
        if (!Names("AutoPrepareMinUsages"))
            builder.AutoPrepareMinUsages = 2;
        if (!Names("NoResetOnClose"))
            builder.NoResetOnClose = true; // nothing here outlives its transaction: a reset is statements for nothing
        if (!Names("MaximumPoolSize") && !Names("MaxPoolSize"))
            builder.MaxPoolSize = MaxConnections;
        if (!Names("Options"))
            builder.Options = $"-c idle_in_transaction_session_timeout={IdleInTransaction} -c random_page_cost={RandomPage}";
        return builder.ConnectionString;

        bool Names(string keyword) => given.Keys.Cast<string>().Any(
            key => key.Replace(" ", "", StringComparison.Ordinal).Equals(keyword, StringComparison.OrdinalIgnoreCase));
    }
}
