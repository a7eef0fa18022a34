using OrleansRegistry.Storage;

namespace OrleansRegistry.Testing;

/// <summary>Notes what is asked of a database while somebody counts.</summary>
public sealed class CountingDatabase(IDatabase database) : IDatabase
{
    private readonly Lock _gate = new();
    private List<string> _statements = [];
    private int _transactions;

    public Dialect Dialect => database.Dialect;

    /// <summary>What was asked while the work ran: the text of each statement, and how many transactions there were.</summary>
    public async Task<(IReadOnlyList<string> Statements, int Transactions)> CountAsync(Func<Task> work)
    {
        lock (_gate)
            (_statements, _transactions) = ([], 0);
        await work();
        lock (_gate)
            return (_statements, _transactions);
    }

    public ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken = default)
    {
        Note(statement);
        return database.QueryAsync(statement, read, cancellationToken);
    }

    public Task<T> TransactAsync<T>(Func<ISession, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            _transactions++;
        return database.TransactAsync(session => work(new Session(session, this)), cancellationToken);
    }

    public Task PingAsync(CancellationToken cancellationToken = default) => database.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private void Note(params IEnumerable<Statement> statements)
    {
        lock (_gate)
            _statements.AddRange(statements.Select(statement => statement.Sql));
    }

    private sealed class Session(ISession session, CountingDatabase counter) : ISession
    {
        public ValueTask<int> ExecuteAsync(Statement statement, CancellationToken cancellationToken)
        {
            counter.Note(statement);
            return session.ExecuteAsync(statement, cancellationToken);
        }

        public ValueTask<IReadOnlyList<int>> ExecuteBatchAsync(
            IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
        {
            counter.Note(statements);
            return session.ExecuteBatchAsync(statements, cancellationToken);
        }

        public ValueTask<IReadOnlyList<T>> QueryAsync<T>(
            Statement statement, Func<Row, T> read, CancellationToken cancellationToken)
        {
            counter.Note(statement);
            return session.QueryAsync(statement, read, cancellationToken);
        }
    }
}
