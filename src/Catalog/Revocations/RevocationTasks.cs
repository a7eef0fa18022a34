using OrleansRegistry.Tasks;

namespace OrleansRegistry.Revocations;

/// <summary>The task that takes what is revoked out of all repositories, or finds out what that would be.</summary>
public static class RevocationTasks
{
    public const string Kind = "revocation.run";

    public static TaskRequest Revoke(RevocationOrder order) => new(Kind, TaskJson.Write(order), [], []);
}

/// <summary>All that is needed to revoke, whoever does it and however often.</summary>
/// <param name="Wish">What is wished.</param>
/// <param name="Names">Every name of a key.</param>
public sealed record RevocationOrder(RevocationWish Wish, IReadOnlyList<KeyName> Names)
{
    /// <summary>What is left of a decision that was made: it is not made again.</summary>
    public static RevocationOrder ToGoOn(RevocationRecord record) => new(
        new(
            record.Id, record.Subject, record.Reason, record.Ticket, record.EffectiveFrom, record.IsDryRun, record.By),
        []);
}
