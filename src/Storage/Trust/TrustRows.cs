namespace OrleansRegistry.Storage;

/// <summary>What changes which policy a name is held to moves the epoch of the gate: all nodes look again.</summary>
internal static class TrustRows
{
    public const string Vanished = "The trust policy, or what was to be held to it, was deleted meanwhile.";

    public static Statement[] Moved(bool isMoved) => isMoved ? [new(AttributionFence.NextEpoch)] : [];

    /// <summary>The same where a row that is deleted next has a policy.</summary>
    public static Statement MovedWith(string table, Guid id) => new(
        $"""
        {AttributionFence.NextEpoch}
        and exists (select 1 from {table} x where x.id = @id and x.trust_policy_id is not null)
        """,
        ("id", id));
}
