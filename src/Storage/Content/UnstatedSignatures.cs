namespace OrleansRegistry.Storage;

/// <summary>Signatures of an earlier schema, of which it is not known yet what is signed.</summary>
public sealed class UnstatedSignatures(IDatabase database)
{
    private const int AtOnce = 200;

    /// <summary>Writes down what they state. An index over them alone makes it free where there are none.</summary>
    /// <remarks>Nodes that start together write the same, in the same order.</remarks>
    public async Task StateAsync(Func<byte[], string> read, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var found = await database.QueryAsync(
                new(
                    "select content_id, bytes from signature where statement is null order by content_id limit @limit",
                    ("limit", AtOnce)),
                row => (Id: row.Guid(0), Statement: read(row.Bytes(1))),
                cancellationToken);
            if (found.Count == 0)
                return;
            await database.TransactAsync(
                session => session.ExecuteBatchAsync(
                    [
                        .. found.Select(one => new Statement(
                            "update signature set statement = @statement where content_id = @id",
                            ("statement", one.Statement), ("id", one.Id))),
                    ],
                    cancellationToken),
                cancellationToken);
        }
    }
}
