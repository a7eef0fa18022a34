namespace OrleansRegistry.Storage;

/// <summary>What exporters and importers are kept alike in.</summary>
internal static class ExchangeRows
{
    /// <summary>Deletes the row of that id, with what lies below it. False where there is none.</summary>
    public static async Task<bool> DeleteAsync(
        this IDatabase database, string table, Guid id, CancellationToken cancellationToken) =>
        await database.TransactAsync(
            session => session.ExecuteAsync(new($"delete from {table} where id = @id", ("id", id)), cancellationToken),
            cancellationToken) > 0;
}
