namespace OrleansRegistry.Storage;

/// <summary>Holds keys and decisions as they are until a transaction ends, and tells whether they are as they were.</summary>
internal static class AttributionFence
{
    public const string Epoch = "select epoch from gate where id = 1";

    public const string NextEpoch = "update gate set epoch = epoch + 1 where id = 1";

    /// <summary>What is written down of who signed is true as of an epoch. False where that is over.</summary>
    public static async ValueTask<bool> HoldsAsync(
        this ISession session, Statement? locking, long? epoch, CancellationToken cancellationToken)
    {
        if (epoch is null)
            return true;
        if (locking is { } held)
            await session.ExecuteAsync(held, cancellationToken);
        return (await session.QueryAsync(new(Epoch), row => row.Int64(0), cancellationToken))[0] == epoch;
    }
}
