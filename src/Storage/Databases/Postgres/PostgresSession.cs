using Npgsql;

namespace OrleansRegistry.Storage;

internal sealed class PostgresSession(NpgsqlConnection connection) : ISession
{
    private bool _closed;

    /// <summary>The first failure of a statement; the transaction can only be rolled back after it.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How many rows the statements inserted, updated and deleted.</summary>
    public long Changed { get; private set; }

    public void Close() => _closed = true;

    public async ValueTask<int> ExecuteAsync(Statement statement, CancellationToken cancellationToken)
    {
        EnsureUsable();
        try
        {
            await using var command = connection.Command(statement);
            return Count(await command.ExecuteNonQueryAsync(cancellationToken));
        }
        catch (Exception exception) when (Note(exception) != exception)
        {
            throw Failure!;
        }
    }

    public async ValueTask<IReadOnlyList<int>> ExecuteBatchAsync(
        IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        EnsureUsable();
        if (statements.Count == 0)
            return [];
        try
        {
            await using var batch = connection.Batch(statements);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return [.. from NpgsqlBatchCommand command in batch.BatchCommands select Count(command.RecordsAffected)];
        }
        catch (Exception exception) when (Note(exception) != exception)
        {
            throw Failure!;
        }
    }

    public async ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
    {
        EnsureUsable();
        try
        {
            return await connection.ReadAsync(statement, read, cancellationToken);
        }
        catch (Exception exception) when (Note(exception) != exception)
        {
            throw Failure!;
        }
    }

    // -1 stands for statements that change none.
    private int Count(int rows)
    {
        rows = Math.Max(0, rows);
        Changed += rows;
        return rows;
    }

    private Exception Note(Exception exception) =>
        Failure = PostgresErrors.Translate(exception, connectionLost: Remedy.Reconnect);

    private void EnsureUsable()
    {
        if (_closed)
            throw new InvalidOperationException("The transaction of this session is over.");
        if (Failure is not null)
            throw new InvalidOperationException("An earlier statement failed, which ended the transaction.", Failure);
    }
}
