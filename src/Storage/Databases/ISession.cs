namespace OrleansRegistry.Storage;

/// <summary>A transaction's view of the database. Not for parallel use, and only while the work it was given to
/// runs.</summary>
/// <remarks>
/// The first statement that fails ends the transaction on both engines: later ones are refused, and the work fails with
/// the first failure even when it swallows it. What may fail and be survived is written so that it cannot (<c>on
/// conflict do nothing</c>), or is a transaction of its own.
/// </remarks>
public interface ISession
{
    /// <summary>Runs a statement; the answer is the number of rows it inserted, updated or deleted itself, without
    /// cascades.</summary>
    ValueTask<int> ExecuteAsync(Statement statement, CancellationToken cancellationToken = default);

    /// <summary>Runs statements in order, in one round trip where there is one to save; the answer is the rows of
    /// each.</summary>
    ValueTask<IReadOnlyList<int>> ExecuteBatchAsync(
        IReadOnlyList<Statement> statements, CancellationToken cancellationToken = default);

    /// <summary>Reads all rows, <c>returning</c> clauses included. The reader must not run statements.</summary>
    ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        Statement statement, Func<Row, T> read, CancellationToken cancellationToken = default);
}
